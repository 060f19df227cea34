import { letterOf, tintOf } from './scale.js';

/** The colour and the letter that a part has in the bar above its table. */
export function Swatch({ index }: { index: number }) {
  return <span className={`swatch ${tintOf(index)}`}>{letterOf(index)}</span>;
}
