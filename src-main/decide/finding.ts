import type { Evidence } from '../contract/evidence.js';
import type { Reason } from '../contract/report.js';

/** The best verdict that a finding leaves open. */
export type Allows = 'go' | 'inconclusive' | 'no-go';

/** A reason, and what it means for the verdict. */
export interface Finding {
  reason: Reason;
  allows: Allows;
  /** Whether other settings would mend it: only then are changes looked for. */
  mendable: boolean;
}

export function finding(
  id: string,
  status: Reason['status'],
  allows: Allows,
  text: string,
  evidence: Evidence = 'measured',
  mendable = false,
): Finding {
  return { reason: { id, status, text, evidence }, allows, mendable };
}

const order: readonly Allows[] = ['go', 'inconclusive', 'no-go'];

/** What all findings together leave open: the worst of them decides. */
export function worst(findings: readonly Finding[]): Allows {
  return findings.reduce<Allows>(
    (most, { allows }) => (order.indexOf(allows) > order.indexOf(most) ? allows : most),
    'go',
  );
}
