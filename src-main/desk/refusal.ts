/** A right question at the wrong moment: its message is one line that says why, and when it would be right. */
export class Refusal extends Error {
  override name = 'Refusal';
}
