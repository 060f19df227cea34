/**
 * Seconds of a time as Slurm writes it: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`,
 * `days-hours:minutes` or `days-hours:minutes:seconds` (sbatch's manual, --time). Undefined where it is none.
 */
export function slurmSeconds(text: string): number | undefined {
  const match = /^(?:(\d{1,5})-)?(\d{1,6})(?::(\d{1,6}))?(?::(\d{1,6}))?$/.exec(text);
  if (!match) return undefined;
  const [days, first, second, third] = match
    .slice(1)
    .map((part) => (part === undefined ? part : Number(part)));
  if (days !== undefined) return ((days * 24 + first!) * 60 + (second ?? 0)) * 60 + (third ?? 0);
  if (third !== undefined) return (first! * 60 + second!) * 60 + third;
  return first! * 60 + (second ?? 0);
}
