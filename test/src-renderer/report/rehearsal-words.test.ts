import { describe, expect, it } from 'vitest';
import { isUnavailable } from '../../../src-main/contract/evidence.js';
import { stepsHeld } from '../../../src-main/contract/rehearsal-figures.js';
import {
  endSentence,
  fullestDevice,
  graphLine,
  lastAttempt,
  partsHeld,
  rehearsedIn,
  rehearsingCommand,
  unheldDevices,
  upstreamSentence,
} from '../../../src-renderer/report/rehearsal-words.js';
import { ballastOf, medianStep } from '../../fixtures/rehearsal-attempts.js';
import {
  cpuRehearsal,
  crashedRehearsal,
  heldRehearsal,
  secondTryRehearsal,
  upstreamRehearsal,
  upstreamShortRehearsal,
} from '../../fixtures/rehearsals.js';
import { rehearsedReports } from '../../fixtures/rehearsed-reports.js';
import { goReport } from '../../fixtures/reports.js';

describe('the samples of rehearsals', () => {
  it('add up, and rest on the devices that they name', () => {
    for (const [name, { rehearsal }] of Object.entries(rehearsedReports())) {
      if (isUnavailable(rehearsal)) throw new Error(`${name} has none`);
      for (const { parts, expected, rehearsed, devices } of rehearsal.attempts) {
        expect(expected.peakBytes, name).toBe(parts.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(new Set(devices.map(({ ballastBytes }) => ballastBytes))).toEqual(new Set([ballastOf(parts)]));
        const peaks = devices.flatMap(({ peakBytes }) => (isUnavailable(peakBytes) ? [] : [peakBytes]));
        if (!isUnavailable(rehearsed.peakBytes)) expect(rehearsed.peakBytes).toBe(Math.max(...peaks));
        if (!isUnavailable(rehearsed.secondsPerStep))
          expect(rehearsed.secondsPerStep).toBe(
            Math.max(...devices.map(({ stepSeconds }) => medianStep(stepSeconds))),
          );
        for (const { peakBytes, marginBytes, freeBytes, status } of devices)
          if (status === 'held')
            expect(Number(peakBytes) + Number(marginBytes)).toBeLessThanOrEqual(Number(freeBytes));
      }
    }
  });
});

describe('a rehearsal in words', () => {
  const held = lastAttempt(heldRehearsal());

  it('counts the steps that every device ended', () => {
    const [first, ...others] = held.devices;
    const uneven = { ...held, devices: [{ ...first!, stepSeconds: [1, 1] }, ...others] };
    expect([stepsHeld(held), stepsHeld(uneven)]).toEqual([6, 2]);
    expect(endSentence({ ...uneven, status: 'crashed' })).toBe(
      'Of the whole model 2 steps ended on 8 GPUs at once.',
    );
    expect(endSentence(lastAttempt(cpuRehearsal()))).toBe(
      'The whole model ran 3 steps on Intel Xeon Platinum 8481C, with ballast for what is in no graph.',
    );
  });

  it('takes the device with the highest peak that is known for the fullest', () => {
    const devices = held.devices.map((device, index) => ({
      ...device,
      peakBytes: index === 2 ? 9 : index === 7 ? { unavailable: 'not sampled' } : index,
    }));
    expect(fullestDevice({ devices }).gpu).toBe(2);
  });

  it('gives the graph all of the expected peak that is no ballast', () => {
    const { runBytes, ballastBytes, run, ballast } = partsHeld(held);
    expect(runBytes + ballastBytes).toBe(held.expected.peakBytes);
    expect([run.length, ballast.length]).toEqual([5, 5]);
  });

  it('draws devices together that ended alike, the cause of it all first', () => {
    expect(unheldDevices(held)).toEqual([]);
    expect(unheldDevices(lastAttempt(crashedRehearsal()))).toMatchObject([
      { names: 'GPU 5', status: 'crashed', where: 'in the steps' },
      { names: 'GPUs 0, 1, 2, 3, 4, 6, 7', status: 'cancelled', where: 'in the steps' },
    ]);
    expect(unheldDevices(secondTryRehearsal().attempts[0]!)[0]!.where).toBe(
      'in the first step, 1.37 GiB missing',
    );
  });

  it('says Open-Sora only where its own code held and so did the graph', () => {
    const both = upstreamRehearsal();
    if (isUnavailable(both.upstream)) throw new Error('the sample has it');
    expect(rehearsedIn(heldRehearsal())).toBe('ONNX Runtime');
    expect(rehearsedIn(both)).toBe('Open-Sora');
    expect(rehearsedIn({ ...both, upstream: { ...both.upstream, status: 'out-of-memory' } })).toBe(
      'ONNX Runtime',
    );
    expect(rehearsedIn({ ...both, status: 'crashed' })).toBe('ONNX Runtime');
  });

  it('says where upstream’s own steps ended, and what they lacked', () => {
    const sentence = ({ upstream }: ReturnType<typeof upstreamRehearsal>) =>
      isUnavailable(upstream) ? '' : upstreamSentence(upstream);
    expect(sentence(upstreamRehearsal())).toBe('Its training script ran 3 steps on 8 GPUs.');
    expect(sentence(upstreamShortRehearsal())).toBe(
      'Its training script ran 0 steps on 8 GPUs, and ended in its training, 0.830 GiB missing.',
    );
  });

  it('says what the graph was', () => {
    expect(graphLine(held)).toBe(
      '19 × double-stream block (19 checkpointed), 38 × single-stream block (38 checkpointed); bf16, batch 2, 8,828 tokens of each sample on a device',
    );
  });

  it('asks for a rehearsal by the command that measured, once', () => {
    const report = goReport();
    expect(rehearsingCommand(report)).toBe(`${report.command} --rehearse`);
    const asked = `${report.command} --rehearse`;
    expect(rehearsingCommand({ ...report, command: asked })).toBe(asked);
    expect(rehearsingCommand({ ...report, command: 'preflight plan --model v2.0' })).toBeNull();
  });
});
