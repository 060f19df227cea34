import type { Architecture } from '../../../models/blocks/architecture.js';
import type { StepShape } from '../../../models/blocks/types.js';
import type { RehearsalLimits } from '../../contract/rehearsal.js';
import type { PhaseId } from '../../contract/report.js';

/** What one worker is to hold on one device. Plain data: it is sent to the worker as it is. */
export interface RehearsalJob {
  /** Sent along, so that tests can rehearse at a small width what no catalogue has. */
  architecture: Architecture;
  /** The graph: this rank's share of the whole model's step. */
  step: StepShape;
  /** Bytes that the graph's weights and states take on the device before anything runs. */
  residentBytes: number;
  /** Held beside the graph while it runs: what of the run is in no graph. */
  ballastBytes: number;
  /** Phases of the run that are not run, and all that the device holds in each: reached by ballast after the steps. */
  otherPhases: { phase: PhaseId; bytes: number }[];
  /** Highest that this graph and ballast should take of the device. */
  expectedPeakBytes: number;
  /** Of one step, for the deadline and the time left; null where nothing tells it. */
  expectedStepSeconds: number | null;
  /** Steps: no fewer than `least`, no more than `most`, and none begun after `seconds`. */
  limits: RehearsalLimits;
}
