import { describe, expect, it } from 'vitest';
import { classify } from '../../../src-main/probe/worker/classify.js';

// Messages as ONNX Runtime 1.30, Dawn, CUDA and Node give them; the CUDA ones from ONNX Runtime's issues.
const cases: [string, string, string, RegExp][] = [
  [
    'the arena',
    "Non-zero status code returned while running Gemm node. Name:'matmul/Gemm/13' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 637009920\n",
    'out-of-memory',
    /^Failed to allocate memory for requested buffer of size 637009920$/,
  ],
  [
    'CUDA',
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=node7 ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_allocator.cc ; line=48 ; expr=cudaMalloc((void**)&p, size);',
    'out-of-memory',
    /out of memory/,
  ],
  ['C++', 'std::bad_alloc', 'out-of-memory', /bad_alloc/],
  ['Node', 'Array buffer allocation failed', 'out-of-memory', /Array buffer/],
  [
    'a type without a kernel',
    "Could not find an implementation for Add(14) node with name 'elementwise/Add/336'",
    'not-supported',
    /Add\(14\)/,
  ],
  [
    'an operator that is not there',
    "[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Failed to find kernel for Scan(21) (node:'attention/Scan/9'). Kernel not found",
    'not-supported',
    /Scan\(21\)/,
  ],
  [
    'no CUDA provider',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'not-supported',
    /Failed to load shared library/,
  ],
  [
    'no such backend',
    'no available backend found. ERR: [dml] backend not found.',
    'not-supported',
    /backend not found/,
  ],
  [
    'no adapter of WebGPU',
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
    'not-supported',
    /^Failed to get a WebGPU adapter: No supported adapters$/,
  ],
  [
    'an old driver',
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1',
    'not-supported',
    /insufficient/,
  ],
  [
    'a broken model',
    'This is an invalid model. In Node, ("norm/LayerNormalization/3", LayerNormalization, "", -1)',
    'crashed',
    /invalid model/,
  ],
  ['anything else', 'CUDA failure 700: an illegal memory access was encountered', 'crashed', /illegal/],
];

describe('an error in a worker', () => {
  it.each(cases)('from %s', (_, message, status, cause) => {
    const found = classify(new Error(message));
    expect(found.status).toBe(status);
    expect(found.cause).toMatch(cause);
    expect(found.cause).not.toContain('\n');
  });

  it('is told in one line of at most 300 letters, also where it is no Error', () => {
    expect(classify(`a\n  b\t${'x'.repeat(900)}`).cause).toMatch(/^a b x{293}…$/);
  });
});
