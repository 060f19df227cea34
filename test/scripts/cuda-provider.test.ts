import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ensureCudaProvider,
  failureReason,
  hasCudaProvider,
  hasNvidiaDriver,
  installerEnvironment,
  mayUseCuda,
} from '../../scripts/lib/cuda-provider.mjs';

describe('the CUDA provider is wanted', () => {
  it.each([
    ['run --model v1.2', true],
    ['run --model v1.2 --device auto', true],
    ['measure --device=cuda', true],
    ['serve', true],
    ['run --device cpu', false],
    ['run --device=webgpu', false],
    ['measure --structural', false],
    ['run --help', false],
    ['detect --json', false],
    ['plan --model v1.2', false],
    ['export run', false],
    ['', false],
  ])('for "%s": %s', (words, wanted) => {
    expect(mayUseCuda(words.split(' '))).toBe(wanted);
  });

  it('on Linux x64 with an NVIDIA driver alone', () => {
    const there = (path: string) => path === '/dev/nvidiactl';
    expect(hasNvidiaDriver('linux', 'x64', there)).toBe(true);
    expect(hasNvidiaDriver('linux', 'arm64', there)).toBe(false);
    expect(hasNvidiaDriver('win32', 'x64', there)).toBe(false);
    expect(hasNvidiaDriver('linux', 'x64', () => false)).toBe(false);
  });
});

describe("the package's own installer", () => {
  it('is told to install, and of the proxy, by the names that it knows', () => {
    expect(installerEnvironment({ https_proxy: 'http://proxy:3128', NO_PROXY: 'intern' })).toMatchObject({
      ONNXRUNTIME_NODE_INSTALL: 'true',
      GLOBAL_AGENT_HTTPS_PROXY: 'http://proxy:3128',
      GLOBAL_AGENT_NO_PROXY: 'intern',
    });
    expect(installerEnvironment({ HTTPS_PROXY: 'a', GLOBAL_AGENT_HTTPS_PROXY: 'b' })).toMatchObject({
      GLOBAL_AGENT_HTTPS_PROXY: 'b',
    });
  });

  it('still reads its flag as scripts/lib/cuda-provider.mjs takes it to', () => {
    const code = readFileSync('node_modules/onnxruntime-node/script/install-utils.js', 'utf8');
    expect(code).toContain('process.env.ONNXRUNTIME_NODE_INSTALL');
    expect(code).toMatch(/case 'true':\s+case '1':\s+case 'ON':\s+return true;/);
  });

  it('has its reason found among the rest', () => {
    const output =
      'node:internal/process/promises:391\n  ^\n\nError: getaddrinfo ENOTFOUND api.nuget.org\n    at x\n{\n}';
    expect(failureReason(output, false)).toBe('getaddrinfo ENOTFOUND api.nuget.org');
    expect(failureReason('killed', false)).toBe('killed');
    expect(failureReason('', true)).toMatch(/did not answer in time/);
  });
});

describe('fetching the CUDA provider', () => {
  const bin = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64';
  const installer = 'node_modules/onnxruntime-node/script/install.js';
  let root: string;
  let said: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'preflight-cuda-'));
    mkdirSync(join(root, bin), { recursive: true });
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  });

  const installerThat = (code: string) => {
    mkdirSync(dirname(join(root, installer)), { recursive: true });
    const put = `const put = (name) => require('fs').writeFileSync(require('path').join('${bin}', 'libonnxruntime_providers_' + name + '.so'), 'x');`;
    writeFileSync(join(root, installer), `${put}\n${code}`);
  };
  const fetchIt = () => ensureCudaProvider(root, { driver: true });

  it('uses what the installer brings, once', async () => {
    installerThat("put('cuda'); put('shared'); require('fs').appendFileSync('calls', 'x')");
    await fetchIt();
    await fetchIt();
    expect(hasCudaProvider(root)).toBe(true);
    expect(readFileSync(join(root, 'calls'), 'utf8')).toBe('x');
    expect(said).toMatch(/Fetched the CUDA provider/);
  });

  it('names the reason and the command in one line, and does not throw', async () => {
    installerThat("throw new Error('getaddrinfo ENOTFOUND api.nuget.org')");
    await fetchIt();
    expect(said).toMatch(
      /could not be fetched \(getaddrinfo ENOTFOUND api\.nuget\.org\)\. To try again: .+install\.js\n/,
    );
  });

  it('does not take half of it for the whole', async () => {
    installerThat("put('cuda'); process.exit(1)");
    await fetchIt();
    expect(hasCudaProvider(root)).toBe(false);
    expect(existsSync(join(root, bin, 'libonnxruntime_providers_cuda.so'))).toBe(false);
  });

  it('does not believe an installer that ends in silence with nothing done', async () => {
    installerThat('');
    await fetchIt();
    expect(said).toContain('could not be fetched');
  });

  it('takes up again what was cut off', async () => {
    installerThat("put('cuda'); put('shared')");
    for (const name of ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'])
      writeFileSync(join(root, bin, name), 'half');
    writeFileSync(join(root, bin, '.preflight-cuda-unfinished'), '');
    await fetchIt();
    expect(readFileSync(join(root, bin, 'libonnxruntime_providers_cuda.so'), 'utf8')).toBe('x');
    expect(hasCudaProvider(root)).toBe(true);
  });

  it('does nothing without a driver', async () => {
    installerThat("put('cuda'); put('shared')");
    await ensureCudaProvider(root, { driver: false });
    expect(hasCudaProvider(root)).toBe(false);
  });
});
