import { describe, expect, it } from 'vitest';
import type { RankMessage } from '../../../../src-main/rehearse/upstream/messages.js';
import { type LaunchEnd, outcomeOf } from '../../../../src-main/rehearse/upstream/outcome.js';

const gibi = 2 ** 30;
const training = (rank: number): RankMessage => ({ rank, said: 'training', torch: '2.4.0+cu121' });
const step = (rank: number, number: number, seconds: number): RankMessage => ({
  rank,
  said: 'step',
  step: number,
  seconds,
});
const failed = (rank: number, error: string, message: string): RankMessage => ({
  rank,
  said: 'failed',
  error,
  message,
  allocated: 20 * gibi,
  reserved: 22 * gibi,
});

function launch(messages: RankMessage[], more: Partial<LaunchEnd> = {}): LaunchEnd {
  return {
    end: { code: 1, signal: null, outOfMemory: false },
    by: 'itself',
    silentSeconds: 600,
    stderr: '',
    kernelKilled: false,
    messages,
    ...more,
  };
}

// PyTorch's own words, of its sources and of upstream's issues #814 and #847.
const newer =
  'CUDA out of memory. Tried to allocate 216.00 MiB. GPU 0 has a total capacity of 23.65 GiB of which 95.69 MiB is free. Including non-PyTorch memory, this process has 23.54 GiB memory in use.';
const older =
  'CUDA out of memory. Tried to allocate 2.00 GiB (GPU 1; 79.15 GiB total capacity; 76.10 GiB already allocated; 1.25 GiB free; 77.00 GiB reserved in total by PyTorch)';
const killed = 'Root Cause (first observed failure):\n[0]:\n  rank      : 1\n  exitcode  : -9 (pid: 4071)\n';

describe('what came of Open-Sora’s own steps', () => {
  it('says how far memory fell short, in the words of each PyTorch', () => {
    expect(outcomeOf(launch([training(0), failed(0, 'OutOfMemoryError', newer)]), 1)).toMatchObject({
      status: 'out-of-memory',
      cause: 'GPU memory ran out on rank 0, in step 1 of 3: 0.211 GiB wanted, 0.093 GiB free',
      missingBytes: Math.round(216 * 2 ** 20) - Math.round(95.69 * 2 ** 20),
      peakAllocatedBytes: 20 * gibi,
      peakReservedBytes: 22 * gibi,
    });
    const { missingBytes } = outcomeOf(launch([failed(1, 'OutOfMemoryError', older)]), 2);
    expect(missingBytes).toBe(0.75 * gibi);
  });

  it.each([
    ['RuntimeError', 'CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`'],
    [
      'DistBackendError',
      "NCCL error: unhandled cuda error, NCCL version 2.20.5\nCuda failure 'out of memory'",
    ],
    ['RuntimeError', 'CUDA error: out of memory'],
  ])('knows memory that ran out elsewhere: %s: %s', (error, message) => {
    const found = outcomeOf(launch([training(0), failed(0, error, message)]), 1);
    expect(found.status).toBe('out-of-memory');
    expect(found.cause).toContain(message.split('\n')[0]);
    expect(found.missingBytes).toEqual({ unavailable: expect.any(String) });
  });

  it('is out of memory where the kernel ended a rank, and crashed where somebody else did', () => {
    const told = [training(0), step(0, 1, 2)];
    expect(outcomeOf(launch(told, { stderr: killed, kernelKilled: true }), 1)).toMatchObject({
      status: 'out-of-memory',
      cause: 'the kernel ended a rank for its host memory, in step 2 of 3',
    });
    expect(outcomeOf(launch(told, { stderr: killed }), 1).status).toBe('crashed');
    // Another's process may have been ended meanwhile.
    expect(outcomeOf(launch([failed(0, 'ValueError', 'x')], { kernelKilled: true }), 1).status).toBe(
      'crashed',
    );
  });

  it('names what a rank failed by, and not that others lost it', () => {
    const lost = failed(0, 'RuntimeError', '[./gloo/transport/tcp/pair.cc:598] Connection closed by peer');
    const told = [training(0), lost];
    expect(outcomeOf(launch([...told, failed(1, 'ValueError', 'x')]), 2).cause).toMatch(
      /^rank 1, .*ValueError/,
    );
    expect(outcomeOf(launch(told, { stderr: killed }), 2).cause).toMatch(/^a rank was ended by SIGKILL/);
    expect(outcomeOf(launch(told, { stderr: killed, kernelKilled: true }), 2).status).toBe('out-of-memory');
    expect(outcomeOf(launch(told), 2).cause).toMatch(/^rank 0, .*Connection closed by peer$/);
  });

  it('counts the steps that all ranks ended, each by its slowest', () => {
    const told = [step(0, 1, 2), step(1, 1, 3), step(1, 2, 5), step(0, 2, 4), step(0, 3, 4)];
    const found = outcomeOf(launch([training(0), training(1), ...told]), 2);
    expect(found).toMatchObject({ steps: 2, stepSeconds: [3, 5], status: 'crashed' });
  });

  it('is not held where a rank did not come to its end', () => {
    const done: RankMessage = { rank: 0, said: 'done', allocated: 1, reserved: 2 };
    const end = { code: 0, signal: null, outOfMemory: false };
    expect(outcomeOf(launch([done], { end }), 2).status).toBe('crashed');
    expect(outcomeOf(launch([done], { end }), 1).status).toBe('held');
    expect(outcomeOf(launch([done]), 1).status).toBe('crashed');
  });

  it('has the last words of a launch that said nothing else', () => {
    const stderr = 'Traceback (most recent call last):\nModuleNotFoundError: No module named torch\n\n';
    expect(outcomeOf(launch([], { stderr }), 1)).toMatchObject({
      status: 'crashed',
      cause: 'ended by code 1, before the training began: ModuleNotFoundError: No module named torch',
      stage: 'start',
    });
    expect(outcomeOf(launch([]), 1).cause).toMatch(/it wrote nothing to standard error$/);
  });
});
