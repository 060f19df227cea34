import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../src-main/probe/worker/profile.js';

// Recorded from ONNX Runtime 1.30: two runs of a linear layer, a layer norm and an attention whose backward is a
// Scan, forward and backward; shapes of tensors left out. The WebGPU is SwiftShader's.
const profiles = join(import.meta.dirname, '../../fixtures/profiles');
const recorded = (name: string) => readFileSync(join(profiles, `${name}.json`), 'utf8');

interface Event {
  cat: string;
  name: string;
  ts: number;
  dur: number;
  args: Record<string, string>;
}
const events = (name: string) => JSON.parse(recorded(name)) as Event[];
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("a profile of the CPU's", () => {
  const found = readProfile(recorded('cpu-scan'), 'cpu');
  const runs = events('cpu-scan').filter(({ name }) => name === 'model_run');
  const last = runs.at(-1)!;
  const inLast = events('cpu-scan').filter(
    ({ cat, ts }) => cat === 'Node' && ts >= last.ts && ts <= last.ts + last.dur,
  );

  it('is read in its last run alone', () => {
    expect(runs).toHaveLength(2);
    const total = sum(Object.values(found.secondsByOperatorClass));
    expect(total).toBeLessThanOrEqual(last.dur / 1e6);
  });

  it('counts the nodes inside a Scan and not the Scan again', () => {
    const scan = inLast.find(({ args }) => args.op_name === 'Scan')!;
    const attention = inLast.filter(({ name }) => name.startsWith('attention/'));
    const others = attention.filter((event) => event !== scan);
    expect(others.length).toBeGreaterThan(4);
    expect(found.secondsByOperatorClass.attention).toBeCloseTo(sum(others.map(({ dur }) => dur)) / 1e6, 9);
  });

  it('gives live above what was there before the run, and the peaks of the arena', () => {
    const numbers = (key: string) => inLast.map(({ args }) => Number(args[key]));
    const first = inLast.find(({ args }) => 'mem_requested_in_use_delta' in args)!;
    const before =
      Number(first.args.mem_bytes_requested_in_use) - Number(first.args.mem_requested_in_use_delta);
    expect(before).toBeGreaterThan(0);
    expect(found.liveBytes).toBe(Math.max(...numbers('mem_bytes_requested_in_use')) - before);
    expect(found.inUseBytes).toBe(Math.max(...numbers('mem_in_use_peak')));
    expect(found.heldBytes).toBe(Math.max(...numbers('mem_arena_held')));
  });

  it('has no node elsewhere', () => expect(found.nodesOffProvider).toEqual([]));
});

describe("a profile of WebGPU's", () => {
  const found = readProfile(recorded('webgpu-scan'), 'webgpu');

  it('names the nodes that the CPU ran, with how many', () => {
    expect(found.nodesOffProvider).toContain('Scan (CPU) × 1');
    expect(found.nodesOffProvider.every((text) => /^\w+ \(CPU\) × \d+$/.test(text))).toBe(true);
  });

  it('calls its memory unavailable with the reason, and never 0', () => {
    const reason = { unavailable: 'the webgpu provider reports no memory in its profile' };
    expect(found).toMatchObject({ liveBytes: reason, inUseBytes: reason, heldBytes: reason });
  });

  it('takes the time that the device worked, not the time in which work was queued', () => {
    const queued = events('webgpu-scan').filter(({ cat }) => cat === 'Api');
    const norms = queued.slice(queued.length / 2).filter(({ name }) => name.startsWith('norm/'));
    expect(norms.length).toBeGreaterThan(5);
    expect(found.secondsByOperatorClass.norm).toBeCloseTo(sum(norms.map(({ dur }) => dur)) / 1e6, 9);
  });
});

describe('what is no profile of a run', () => {
  it('is an error, not a probe without figures', () => {
    // What a session leaves that was refused before it ran.
    const refused =
      '[{"cat":"Session","pid":1,"tid":1,"dur":9,"ts":5,"name":"model_loading_array","args":{}}]';
    expect(() => readProfile(refused, 'webgpu')).toThrow('names no node that ran');
    expect(() => readProfile('{}', 'cpu')).toThrow('not a list of events');
    expect(() => readProfile('[{"cat":', 'cpu')).toThrow(SyntaxError);
  });

  it('passes over what is no event', () => {
    const odd = JSON.stringify([null, 7, { cat: 'Node' }, ...events('cpu-scan'), 'x']);
    expect(readProfile(odd, 'cpu')).toEqual(readProfile(recorded('cpu-scan'), 'cpu'));
  });
});
