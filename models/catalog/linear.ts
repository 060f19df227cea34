/** Parameters of a linear layer with its bias. */
export function linear(inputs: number, outputs: number): number {
  return inputs * outputs + outputs;
}
