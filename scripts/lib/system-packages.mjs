import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { exec } from './exec.mjs';

/** What some tests need beside npm's packages, and what for. Without them those tests skip and say so. */
export const SYSTEM_PACKAGES = {
  chromium: 'report pages in a real browser',
  xvfb: 'a screen for it where there is none',
  'python3-torch': 'the PyTorch reference of saved tensors, and the speed comparison',
  'libopenblas0-pthread': 'a fair speed for that PyTorch',
  gcc: 'a stand-in for the NVIDIA driver',
  'libc6-dev': 'a stand-in for the NVIDIA driver',
  'poppler-utils': 'reading printed reports',
  'slurm-wlm': 'a real Slurm, for preflight cluster',
  munge: 'a real Slurm, for preflight cluster',
};

const APT_OPTIONS = [
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Acquire::http::Timeout=30',
  '-o',
  'Acquire::Retries=1',
];

function isDebian() {
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(release) && existsSync('/usr/bin/apt-get');
  } catch {
    return false;
  }
}

function isPresent(name) {
  const { stdout } = spawnSync('dpkg-query', ['-s', name], { encoding: 'utf8' });
  return stdout?.includes('Status: install ok installed') ?? false;
}

/** Ubuntu's chromium, for one, is no package but a snap: one unknown name would fail the whole installation. */
function isOffered(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return /Candidate: (?!\(none\))/.test(stdout ?? '');
}

const list = (names) => names.map((name) => `  ${name}: ${SYSTEM_PACKAGES[name]}`).join('\n');

/** Installs what is missing where that is possible; says what stays missing. Never an error. */
export async function ensureSystemPackages({ say, remaining }) {
  if (process.platform !== 'linux' || !isDebian()) {
    say(
      `Not Debian or Ubuntu: tests skip where one of these is missing:\n${list(Object.keys(SYSTEM_PACKAGES))}`,
    );
    return;
  }
  let missing = Object.keys(SYSTEM_PACKAGES).filter((name) => !isPresent(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    say(`Missing; the tests that need them skip:\n${list(missing)}`);
    say(`To have them: sudo apt-get install -y ${missing.join(' ')}`);
    return;
  }
  say(`Installing ${missing.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (limit, ...args) =>
    exec('apt-get', [...APT_OPTIONS, ...args], { env, timeoutMs: Math.min(limit, remaining()) });
  await apt(3 * 60_000, 'update');
  const offered = missing.filter(isOffered);
  const { output } =
    offered.length > 0 ? await apt(10 * 60_000, 'install', '-y', ...offered) : { output: '' };
  missing = missing.filter((name) => !isPresent(name));
  if (missing.length === 0) return;
  const complaints = output.split('\n').filter((line) => /^E: /.test(line));
  say([`Could not be installed; the tests that need them skip:`, list(missing), ...complaints].join('\n'));
}
