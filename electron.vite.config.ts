import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// The main side is built once for all faces; each entry is a process of its own.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // electron-vite 6 does not know Electron 45 yet and would take a later Node.
      target: 'node20',
      sourcemap: true,
      // A package that is read as one file starts in a fraction of the time: zod in 15 ms in place of 60. Outside stay
      // those with native code, and one that looks for its files beside itself.
      externalizeDeps: {
        exclude: ['zod', 'commander', 'protobufjs', 'ora', '@lezer/python'],
      },
      rollupOptions: {
        input: {
          cli: 'src-main/cli/index.ts',
          electron: 'src-main/electron/main.ts',
          worker: 'src-main/probe/worker/index.ts',
          'rehearsal-worker': 'src-main/probe/worker/rehearsal.ts',
          'nvml-reader': 'src-main/machine/nvml-reader.ts',
          'cuda-reader': 'src-main/machine/cuda-reader.ts',
          'data-disk-reader': 'src-main/machine/data-disk-reader.ts',
          planner: 'src-main/desk/planner-process.ts',
          'gpu-sampler': 'src-main/probe/sampler-process.ts',
          'rates-worker': 'src-main/probe/rates/worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  // The desktop's bridge: one CommonJS file, since nothing else can be loaded within the sandbox.
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node20',
      rollupOptions: {
        input: 'src-main/electron/preload.ts',
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  },
  // The pages of the desktop and of `preflight serve`.
  renderer: {
    root: 'src-renderer',
    plugins: [
      react(),
      // React Aria brings its own few words in 30 languages.
      { ...optimizeLocales.vite({ locales: ['en-US', 'zh-CN'] }), enforce: 'pre' },
    ],
    build: {
      outDir: 'out/renderer',
      minify: true,
      rollupOptions: { input: 'src-renderer/index.html' },
    },
  },
});
