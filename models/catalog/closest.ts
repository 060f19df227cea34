/** The names nearest to what was typed, nearest first: same letters whatever their case, then fewest edits. */
export function closestNames(typed: string, names: readonly string[], count = 3): string[] {
  const wanted = plain(typed);
  return names
    .map((name, order) => ({ name, order, distance: distanceOf(wanted, plain(name)) }))
    .sort((a, b) => a.distance - b.distance || a.order - b.order)
    .slice(0, count)
    .map(({ name }) => name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A name that holds the other is nearer than one that needs as many edits elsewhere. */
function distanceOf(a: string, b: string): number {
  const contained = a !== '' && (b.includes(a) || a.includes(b));
  return edits(a, b) * (contained ? 0.5 : 1);
}

/** Levenshtein's edit distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
