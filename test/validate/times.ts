import { formatSeconds } from '../../src-main/contract/format.js';
import { type JudgedTime, judgedTimes } from '../src-main/predict/published-times.js';
import type { Row, Section } from './section.js';

/** Whole inferences, and optimiser steps, from the datasheet alone. */
export function times(): Section[] {
  const rows = judgedTimes();
  const of = (kind: JudgedTime['of']) => rows.filter((row) => row.of === kind).map(rowOf);
  return [
    {
      title: 'Inference time',
      about:
        "From prompt to pixels on one GPU, from the catalogue's datasheet with no probe. † marks rows that constants were chosen by; ‡ rows that are shown and do not count, with the reason.",
      rows: of('run'),
      limits: { median: 0.15, worst: 0.3, inside: 0.9 },
    },
    {
      title: 'Seconds of a training step',
      about:
        'One fixed shape, from the datasheet with no probe. v1.2 searched its batches for a step of just under 12 s, so that the middle of what the batch allows is held against. Mixed buckets and figures that contradict each other are shown and do not count (‡).',
      rows: of('step'),
      limits: { median: 0.3, inside: 0.9 },
    },
  ];
}

function rowOf({ id, gpu, seconds, predicted, range, error, inside, fitted, scored, why }: JudgedTime): Row {
  return {
    name: `${id} (${gpu})`,
    published: formatSeconds(seconds),
    predicted: `${formatSeconds(predicted)} (${formatSeconds(range[0])}–${formatSeconds(range[1])})`,
    error,
    inside,
    fitted,
    scored,
    held: true,
    note: why,
  };
}
