/** Says what is wrong with this Node, or nothing. `wanted` is package.json's engines.node, such as ">=20.19". */
export function nodeProblem(version, wanted) {
  const least = /^>=\s*(\d+)(?:\.(\d+))?/.exec(wanted);
  if (!least) return undefined;
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [wantedMajor, wantedMinor] = [Number(least[1]), Number(least[2] ?? 0)];
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `Node ${version} is too old: Node ${wantedMajor}.${wantedMinor} or newer is needed (https://nodejs.org).`;
}
