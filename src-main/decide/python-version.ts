/** A version of Python's packages, as numbers that compare in its order. */
type Ordered = readonly number[];

/** PEP 440's public versions; an epoch, which none of the packages that are compared here has, is not read. */
const shape =
  /^v?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|rc)\.?(\d+))?(?:[-_.]?post\.?(\d+))?(?:[-_.]?dev\.?(\d+))?(?:\+[\w.]+)?$/i;
/** Before any pre-release, as none is. */
const released = 3;
const longest = 6;

/**
 * Whether a version meets what pip takes as a requirement: `==2.3.0`, `>=0.4.4`, or an empty one, which any meets. A
 * local part (`2.3.0+cu121`) counts for nothing: PEP 440, "Version matching".
 * @returns undefined where one of the two cannot be read
 */
export function meets(version: string, requirement: string): boolean | undefined {
  if (requirement === '') return true;
  const [, sign, wanted = ''] = /^(==|>=)(.+)$/.exec(requirement) ?? [];
  const [has, needs] = [ordered(version), ordered(wanted)];
  if (sign === undefined || has === undefined || needs === undefined) return undefined;
  const difference = compare(has, needs);
  return sign === '==' ? difference === 0 : difference >= 0;
}

function ordered(version: string): Ordered | undefined {
  const [match, release = '', phase, phaseNumber, post, dev] = shape.exec(version) ?? [];
  if (match === undefined) return undefined;
  const numbers = release.split('.').map(Number);
  if (numbers.length > longest) return undefined;
  const padded = [...numbers, ...Array<number>(longest - numbers.length).fill(0)];
  // A development release comes before what it leads to, even before that one's first alpha.
  const early = dev !== undefined && phase === undefined && post === undefined;
  const rank = early ? -1 : phase === undefined ? released : ['a', 'b', 'rc'].indexOf(phase.toLowerCase());
  const last = dev === undefined ? Number.POSITIVE_INFINITY : Number(dev);
  return [...padded, rank, Number(phaseNumber ?? 0), Number(post ?? -1), last];
}

function compare(a: Ordered, b: Ordered): number {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
