import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.mjs';
import { withLock } from './lock.mjs';
import { SetupError, say, tail } from './say.mjs';

const NEEDED = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
const FETCHED = [...NEEDED, 'libonnxruntime_providers_tensorrt.so'];
/** There while the installer runs: a killed one leaves half a library that looks like a whole one. */
const UNFINISHED = '.preflight-cuda-unfinished';
const DRIVER_SIGNS = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1'];
/** The installer itself waits for ever; it first speaks when the feed has answered. */
const FEED_LIMIT_MS = 60_000;
const DOWNLOAD_LIMIT_MS = 30 * 60_000;

const MEASURING = new Set(['run', 'measure', 'serve']);

/** Whether what was asked for may run on CUDA: nothing is fetched for the rest. */
export function mayUseCuda(argv) {
  if (!MEASURING.has(argv[0])) return false;
  if (argv.some((word) => word === '--structural' || word === '--help' || word === '-h')) return false;
  let device = 'auto';
  argv.forEach((word, index) => {
    if (word === '--device') device = argv[index + 1] ?? device;
    else if (word.startsWith('--device=')) device = word.slice('--device='.length);
  });
  return device === 'auto' || device === 'cuda';
}

/** onnxruntime-node has a CUDA provider for Linux on x64 alone. */
export function hasNvidiaDriver(platform = process.platform, arch = process.arch, exists = existsSync) {
  return platform === 'linux' && arch === 'x64' && DRIVER_SIGNS.some((path) => exists(path));
}

const packageOf = (root) => join(root, 'node_modules', 'onnxruntime-node');
const binOf = (root) => join(packageOf(root), 'bin', 'napi-v6', 'linux', 'x64');
const installerOf = (root) => join(packageOf(root), 'script', 'install.js');

export function hasCudaProvider(root) {
  const bin = binOf(root);
  return !existsSync(join(bin, UNFINISHED)) && NEEDED.every((file) => existsSync(join(bin, file)));
}

/**
 * The environment for the package's own installer. `true` rather than `cuda12`: 1.30 reads any other word as no
 * wish at all, and then takes itself for a local install under `npm run` and ends in silence with nothing done.
 */
export function installerEnvironment(env = process.env) {
  const proxy = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy;
  const none = env.NO_PROXY || env.no_proxy;
  return {
    // The installer reads the proxy under names of its own (global-agent's).
    ...(proxy ? { GLOBAL_AGENT_HTTP_PROXY: proxy, GLOBAL_AGENT_HTTPS_PROXY: proxy } : {}),
    ...(none ? { GLOBAL_AGENT_NO_PROXY: none } : {}),
    ...env,
    ONNXRUNTIME_NODE_INSTALL: 'true',
  };
}

/** The one line of the installer's output that says why it failed. */
export function failureReason(output, timedOut) {
  if (timedOut) return 'the feed at api.nuget.org did not answer in time';
  return /^(?:\w*Error)(?: \[[^\]]*\])?: (.+)$/m.exec(output)?.[1] ?? (tail(output, 1) || 'no reason given');
}

async function download(root) {
  const bin = binOf(root);
  say("Fetching ONNX Runtime's CUDA provider (once; a large download) …");
  writeFileSync(join(bin, UNFINISHED), '');
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const pulse = setInterval(() => say(`… still fetching the CUDA provider (${seconds()} s)`), 20_000);
  const { code, output, error, timedOut } = await exec(process.execPath, [installerOf(root)], {
    cwd: root,
    env: installerEnvironment(),
    timeoutMs: DOWNLOAD_LIMIT_MS,
    silentMs: FEED_LIMIT_MS,
  }).finally(() => clearInterval(pulse));
  rmSync(join(bin, UNFINISHED), { force: true });
  if (code === 0 && hasCudaProvider(root)) {
    say(`Fetched the CUDA provider in ${seconds()} s.`);
    return;
  }
  for (const file of FETCHED) rmSync(join(bin, file), { force: true });
  throw new SetupError(error?.message ?? failureReason(output, timedOut));
}

/**
 * Gets the CUDA provider where there is an NVIDIA GPU and it is not there yet. A failure is said in a line and
 * stops nothing here: what needs CUDA refuses by itself, and the rest works without.
 */
export async function ensureCudaProvider(root, { driver = hasNvidiaDriver() } = {}) {
  if (!driver || hasCudaProvider(root)) return;
  try {
    await withLock(join(root, 'out', '.cuda.lock'), async () => {
      if (!hasCudaProvider(root)) await download(root);
    });
  } catch (error) {
    const command = `ONNXRUNTIME_NODE_INSTALL=true node ${installerOf(root)}`;
    say(`The CUDA provider could not be fetched (${error.message}). To try again: ${command}`);
  }
}
