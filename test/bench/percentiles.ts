export const middle = (values: readonly number[]) => at(values, 0.5);
export const at95 = (values: readonly number[]) => at(values, 0.95);

function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;
}
