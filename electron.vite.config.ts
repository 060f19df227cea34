import { defineConfig } from 'electron-vite';

// The main side is built once for all faces; each entry is a process of its own.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // electron-vite 6 does not know Electron 45 yet and would take a later Node.
      target: 'node20',
      sourcemap: true,
      rollupOptions: {
        input: {
          cli: 'src-main/cli/index.ts',
          worker: 'src-main/probe/worker/index.ts',
          'nvml-reader': 'src-main/machine/nvml-reader.ts',
          'rates-worker': 'src-main/probe/rates/worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
});
