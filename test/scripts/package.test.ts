import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { build, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importsOf } from '../../scripts/lib/imports.mjs';
import { packageConfig } from '../../scripts/lib/package-config.mjs';
import { builtMain } from '../support/built.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'preflight-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Electron's own mark for its fuses, with the version and the number of those that follow.
// Source: docs/tutorial/fuses.md of electron/electron.
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fusesOfElectron = '111100101';

/** Stands in for Electron's files: electron-builder wants an executable, and fuses in it. */
function fakeDist(): string {
  const dist = join(folder, 'dist');
  mkdirSync(join(dist, 'resources'), { recursive: true });
  writeFileSync(
    join(dist, 'electron'),
    `${sentinel}${String.fromCharCode(1, fusesOfElectron.length)}${fusesOfElectron}`,
  );
  chmodSync(join(dist, 'electron'), 0o755);
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html'])
    writeFileSync(join(dist, name), '45.4.1');
  return dist;
}

interface Entry {
  files?: Record<string, Entry>;
  size?: number;
  offset?: string;
  unpacked?: true;
}

/** The files of an asar: a pickled length, the JSON of the tree, and then the files one after the other. */
function readAsar(path: string) {
  const bytes = readFileSync(path);
  const tree: Entry = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString());
  const start = 8 + bytes.readUInt32LE(4);
  const files = new Map<string, Entry>();
  const walk = (entry: Entry, at: string) => {
    for (const [name, child] of Object.entries(entry.files ?? {})) {
      if (child.files) walk(child, `${at}${name}/`);
      else files.set(`${at}${name}`, child);
    }
  };
  walk(tree, '');
  const text = (name: string) => {
    const { offset, size } = files.get(name)!;
    return bytes.subarray(start + Number(offset), start + Number(offset) + size!).toString();
  };
  return { files, text };
}

const configOf = async () => packageConfig(relative(root, dirname(await builtMain())));

describe('the configuration of the packages', () => {
  it('names the targets and sets every fuse that it knows', async () => {
    const config = await configOf();
    expect(config).toMatchObject({
      linux: { target: ['AppImage', 'deb'] },
      win: { target: ['nsis'] },
      mac: { target: ['dmg'] },
      asar: true,
      publish: null,
      electronFuses: {
        runAsNode: false,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        onlyLoadAppFromAsar: true,
        enableEmbeddedAsarIntegrityValidation: true,
        grantFileProtocolExtraPrivileges: false,
      },
    });
  });

  it('is refused by the schema of electron-builder where it says what that does not know', async () => {
    const config = { ...(await configOf()), electronDist: fakeDist(), asarUnpak: [] } as object;
    const built = build({ projectDir: root, targets: Platform.LINUX.createTarget('dir'), config });
    await expect(built).rejects.toThrow(/asarUnpak/);
  });
});

// The real packager over the real build and packages, with a stand-in for Electron's own files alone. 5 s.
describe.skipIf(process.platform !== 'linux')('a package for Linux (needs Linux)', () => {
  const out = join(folder, 'out');
  const resources = join(out, 'linux-unpacked', 'resources');
  let asar: ReturnType<typeof readAsar>;

  beforeAll(async () => {
    const config = await configOf();
    await build({
      projectDir: root,
      targets: Platform.LINUX.createTarget('dir'),
      config: {
        ...config,
        electronDist: fakeDist(),
        directories: { ...config.directories, output: out },
      } as object,
    });
    asar = readAsar(join(resources, 'app.asar'));
  }, 180_000);

  it('starts what was built', () => {
    const { main, name, type } = JSON.parse(asar.text('package.json'));
    expect({ main, name, type }).toEqual({
      main: 'app/main/electron.js',
      name: 'preflight-for-open-sora',
      type: 'module',
    });
    const names = [...asar.files.keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        ...['electron.js', 'worker.js', 'nvml-reader.js', 'rates-worker.js'].map(
          (file) => `app/main/${file}`,
        ),
        'app/preload/preload.cjs',
        'app/renderer/index.html',
      ]),
    );
  });

  it('holds every package that its code imports, and nothing else of ours', () => {
    const names = [...asar.files.keys()];
    const ours = names.filter((name) => name.startsWith('app/main/'));
    const imported = new Set<string>();
    for (const file of ours)
      for (const { specifier } of importsOf(file, asar.text(file)))
        if (!specifier.startsWith('.') && !isBuiltin(specifier)) imported.add(specifier);
    expect(imported).toContain('koffi');
    imported.delete('electron');
    for (const specifier of imported) {
      const parts = specifier.split('/');
      const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      expect(names, specifier).toContain(`node_modules/${name}/package.json`);
    }
    const others = names.filter((name) => !name.startsWith('node_modules/') && !name.startsWith('app/'));
    expect(others).toEqual(['package.json']);
    expect(names.filter((name) => name.startsWith('app/') && name.endsWith('.map'))).toEqual([]);
    // What the pages are made of is in them.
    for (const name of ['react-aria-components', 'vite', 'electron', 'typescript', 'playwright-core'])
      expect(
        names.some((file) => file.startsWith(`node_modules/${name}/`)),
        name,
      ).toBe(false);
  });

  it('has the native modules as files, of its own platform alone', () => {
    const native = [...asar.files].filter(([name]) => /\.(node|so|so\.\d+|dll|dylib)$/.test(name));
    const here = `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}`;
    const names = native.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([`${here}/onnxruntime_binding.node`, `${here}/libonnxruntime.so.1`]),
    );
    expect(names.filter((name) => name.endsWith('koffi.node')).length).toBeGreaterThan(0);
    expect(names.filter((name) => name.includes('onnxruntime') && !name.startsWith(here))).toEqual([]);
    for (const [name, { unpacked }] of native) {
      expect(unpacked, name).toBe(true);
      const at = name.startsWith('node_modules/onnxruntime-node') ? join(root, name) : undefined;
      const there = join(resources, 'app.asar.unpacked', name);
      expect(existsSync(there), name).toBe(true);
      if (at) expect(statSync(there).size).toBe(statSync(at).size);
    }
  });

  it('has its fuses set', () => {
    const executable = readFileSync(join(out, 'linux-unpacked', 'preflight-for-open-sora'), 'latin1');
    const at = executable.indexOf(sentinel) + sentinel.length;
    // In the order of FuseV1Options: run as Node, cookie encryption, NODE_OPTIONS, --inspect, asar integrity, asar only,
    // V8 snapshot of its own, privileges of file://; the ninth is left as Electron has it.
    expect(executable.slice(at + 2)).toBe('010011001');
  });
});
