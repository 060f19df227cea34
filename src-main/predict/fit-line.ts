/** A straight line: `at0 + slope · x`. */
export interface Line {
  at0: number;
  slope: number;
}

/**
 * The line of least squares through points, for the law that a block's memory and time follow as the batch grows: a share
 * that is always there and one for each sample.
 * @returns undefined where fewer than two places are known
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line | undefined {
  const count = points.length;
  const mean = (value: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + value(point), 0) / count;
  const [middleX, middleY] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  if (count < 2 || spread === 0) return undefined;
  const slope = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0) / spread;
  return { at0: middleY - slope * middleX, slope };
}
