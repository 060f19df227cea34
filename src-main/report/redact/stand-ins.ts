import type { SecretKind } from './fields.js';

/** Endings by which a file's own name is told from a folder's, which may be a person's. */
const fileName = /\.(py|json|jsonc|html|csv|parquet|txt|ya?ml|toml|md|pdf|xml|log|onnx|mp4|so(\.\d+)*|dll)$/i;

/** Gives each secret its stand-in, the same one each time: `host-1`, `gpu-uuid-2`, `<path>/stage1.py`. */
export class StandIns {
  private readonly given = new Map<string, string>();
  private readonly counts = new Map<SecretKind, number>();

  of(kind: SecretKind, secret: string): string {
    if (kind === 'path') return pathStandIn(secret);
    // Of a report that was redacted before.
    if (/^[a-z-]+-\d+$/.test(secret) && secret.startsWith(`${kind}-`)) return secret;
    const key = `${kind} ${normal(kind, secret)}`;
    const before = this.given.get(key);
    if (before !== undefined) return before;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const standIn = `${kind}-${count}`;
    this.given.set(key, standIn);
    return standIn;
  }
}

/** A file keeps its own name; nothing of a folder stays. */
function pathStandIn(path: string): string {
  const last = path.split(/[\\/]+/).at(-1) ?? '';
  return fileName.test(last) ? `<path>/${last}` : '<path>';
}

/** One spelling: sources write a PCI address's domain with four or eight digits, and letters in either case. */
function normal(kind: SecretKind, secret: string): string {
  if (kind === 'process') return secret;
  const lower = secret.toLowerCase();
  return kind === 'pci' ? lower.replace(/^[0-9a-f]*(?=[0-9a-f]{4}:[0-9a-f]{2}:)/, '') : lower;
}
