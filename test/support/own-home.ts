import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest's set-up for all tests: what they run keeps its reports in a folder of their own, and not among the user's. */
export default function ownHome(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'preflight-home-'));
  process.env.PREFLIGHT_HOME = home;
  return () => rmSync(home, { recursive: true, force: true });
}
