import type { Answer } from '../../src-main/answer.js';
import { known } from '../../src-main/contract/evidence.js';
import { formatGiB, formatGiBRange } from '../../src-main/contract/format.js';
import { failedRuns, trainedRuns } from '../src-main/predict/published.js';
import { planned } from './judge.js';
import type { Row, Section } from './section.js';

/** The smaller of the readings that a card of that size is given. */
const least = (gib: readonly number[]) => Math.min(...gib);

/** Runs that trained: none may be no-go on the card that it was made for. */
export function trainedConfigurations(): Section {
  const rows = trainedRuns.map(({ name, gib, flags }): Row => {
    const answer = planned([flags], least(gib));
    const memory = answer.verdict.reasons.find(({ id }) => id === 'memory')!;
    return {
      ...common,
      name,
      published: `fits ${least(gib)} GiB`,
      predicted: `${numbers(answer)}: ${answer.verdict.status}`,
      held: memory.status !== 'fail' && answer.verdict.status !== 'no-go',
      note: memory.status === 'look' ? 'as asked neither shown to fit nor not to' : '',
    };
  });
  return {
    title: 'Training configurations that upstream published',
    about:
      'Memory alone, from the graph with no probe, on the card that each was made for (H800 and H100 80 GB, H200), less 0.5 GiB that a driver takes. None may come out as no-go; the figures are batches that ran, so no error can be given.',
    rows,
    limits: {},
  };
}

/** Whole configurations that ran out of memory: each must be refused as asked, in the phase that breaks it. */
export function outOfMemoryReports(): Section {
  const rows = failedRuns.map(({ name, gib, buckets, phase }): Row => {
    const largest = Math.max(...gib);
    const answer = planned(buckets, largest);
    const memory = answer.verdict.reasons.find(({ id }) => id === 'memory')!;
    const refused = memory.status === 'fail' && ['no-go', 'go-with-changes'].includes(answer.verdict.status);
    return {
      ...common,
      name,
      published: `out of memory at ${largest} GiB`,
      predicted: `${numbers(answer)}: ${refused ? 'refused as asked' : memory.status}`,
      held: refused && memory.text.includes(phase),
      note: memory.text.slice(memory.text.indexOf('it runs out')),
    };
  });
  return {
    title: 'Reports of running out of memory',
    about:
      'Issues of Open-Sora. As asked each must fail for certain, and name the phase and the parts that break it; where smaller settings would fit, the verdict is go-with-changes and says which.',
    rows,
    limits: {},
  };
}

const common = { error: null, inside: null, fitted: false, scored: true } as const;

function numbers({ prediction }: Answer): string {
  const found = known(prediction);
  if (found === undefined) return 'no prediction';
  return `${formatGiB(found.peakBytesPerGpu)} (${formatGiBRange(found.interval.peakBytes)})`;
}
