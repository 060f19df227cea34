// Applies the rules of .dependency-cruiser.cjs, in its format, of which these are the parts that are known here.
// An unknown part is an error: a rule that is half understood would let things through.
const KNOWN_TO = new Set(['path', 'pathNot', 'dependencyTypes', 'dependencyTypesNot', 'circular', 'viaOnly']);
const KNOWN_FROM = new Set(['path', 'pathNot']);

const matches = (pattern, path) => [pattern].flat().some((each) => new RegExp(each).test(path));

function checkKnown(rule) {
  for (const [part, known] of [
    ['from', KNOWN_FROM],
    ['to', KNOWN_TO],
  ]) {
    for (const key of Object.keys(rule[part])) {
      if (!known.has(key))
        throw new Error(`rule ${rule.name}: ${part}.${key} is not supported by scripts/lib/import-rule.mjs`);
    }
  }
}

function sideFits(side, path) {
  if (side.path !== undefined && !matches(side.path, path)) return false;
  return side.pathNot === undefined || !matches(side.pathNot, path);
}

function edgeBreaks(rule, edge) {
  const { to } = rule;
  if (edge.to === undefined || !sideFits(rule.from, edge.from) || !sideFits(to, edge.to)) return false;
  if (to.dependencyTypes && !to.dependencyTypes.some((type) => edge.types.includes(type))) return false;
  return !to.dependencyTypesNot?.some((type) => edge.types.includes(type));
}

/** One circle for each file that is first found again while its own imports are being followed. */
export function circles(edges, ignoredTypes = []) {
  const next = new Map();
  for (const { from, to, types } of edges) {
    if (to === undefined || types.some((type) => ignoredTypes.includes(type))) continue;
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = [];
  const done = new Set();
  const visit = (file, path) => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) {
      found.push([...path.slice(seenAt), file]);
      return;
    }
    if (done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

/** What breaks the rules, a line each. */
export function violations(rules, { edges }) {
  const broken = edges
    .filter((edge) => edge.to === undefined)
    .map((edge) => `${edge.from}:${edge.line} imports ${edge.specifier}, which is not there`);
  for (const rule of rules) {
    checkKnown(rule);
    if (rule.to.circular) {
      const ignored = rule.to.viaOnly?.dependencyTypesNot ?? [];
      for (const circle of circles(edges, ignored)) broken.push(`${rule.name}: ${circle.join(' → ')}`);
      continue;
    }
    for (const edge of edges) {
      if (edgeBreaks(rule, edge)) broken.push(`${rule.name}: ${edge.from}:${edge.line} imports ${edge.to}`);
    }
  }
  return broken;
}
