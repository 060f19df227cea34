/** How a caught error of ONNX Runtime ends a probe. */
export interface Failure {
  status: 'out-of-memory' | 'not-supported' | 'crashed';
  cause: string;
}

// The texts are ONNX Runtime's own: bfc_arena.cc, cuda_call.cc, webgpu's buffer manager; the allocator of Node.
const outOfMemory =
  /Failed to allocate memory|BFCArena|out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|bad_alloc|Array buffer allocation failed|Not enough memory|exceeds the max buffer size|device was lost/i;
const notSupported =
  /NOT_IMPLEMENTED|Could not find an implementation|Failed to find kernel|Failed to load shared library|not (?:been )?(?:supported|available|built|enabled)|unsupported|no available backend|explicitly disabled|Failed to get a WebGPU (?:adapter|device)|CUDA failure 3[58]|no CUDA-capable device|driver version is insufficient/i;

/** Sorts an error into out of memory, not supported, or a crash, with one line of cause. */
export function classify(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  const cause = oneLine(text);
  if (outOfMemory.test(text)) return { status: 'out-of-memory', cause };
  if (notSupported.test(text)) return { status: 'not-supported', cause };
  return { status: 'crashed', cause };
}

/** The telling part of a message: ONNX Runtime puts its source lines before it. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const requested = /Failed to allocate memory for requested buffer of size \d+/.exec(line);
  if (requested) return requested[0];
  const enforced = /\.(?:cc|h|cpp|cu):\d+ .*? was false\. (.+)/.exec(line)?.[1] ?? line;
  return shortened(enforced);
}

function shortened(line: string): string {
  return line.length > 300 ? `${line.slice(0, 297)}…` : line;
}
