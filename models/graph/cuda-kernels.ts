/**
 * Which element types ONNX Runtime's CUDA execution provider registers a kernel for, per operator.
 *
 * Source: the CUDA section of microsoft/onnxruntime docs/OperatorKernels.md (generated from the registry; last
 * changed 2026-08-18 in 0c32e39a) on main at 89b01b40, 2026-08-22, VERSION_NUMBER 1.30.0, read from Intel's
 * mirror (intel/onnxruntime dea92037, CUDA folders identical). BFloat16 rows were checked against the
 * registrations in cuda_execution_provider.cc and cuda_contrib_kernels.cc there. This is main shortly before
 * the 1.30.0 release, not the release itself; nothing here was run on a GPU.
 *
 * The types are those of the main type constraint at ai.onnx opset 23 (com.microsoft: opset 1).
 * - Opset: a kernel registered without an end version matches only the exact since-version of the node's
 *   schema, so an open-ended row does not cover later schemas. With this source every operator below that
 *   exists in opsets 17 to 24 has a CUDA kernel at each of them, but for Swish. ORT 1.25's main (2026-02)
 *   lacked Pad/Equal at 19, ReduceMax/ConstantOfShape at 20, If/Loop/Scan/Identity at 21, Sin/Cos at 22 and
 *   Reshape/Cast/Transpose/Squeeze/Unsqueeze at 24: opset 18 is the one for older runtimes.
 * - Attention is registered for 23 and 24 only; Gelu from 20; RMSNormalization and RotaryEmbedding from 23.
 * - Sin and Cos have bf16 from opset 22 only, Where from 16, Pow from 13 (the exponent from 15).
 * - ReduceMean bf16 was compiled but not registered; PR #32326 (opened 2026-08-30, merged) registers it.
 *   Whether 1.30.0 has it could not be seen, so it is left out.
 * - ReduceSumSquare and ReduceLogSumExp (18+), Clip and Swish have ONNX function bodies, which ORT may inline
 *   where no kernel fits; not relied on here. An operator without a kernel on any provider fails at session
 *   creation; the CPU provider has next to no bf16.
 * - A kernel's presence does not mean that the node runs there: shape arithmetic may be put on the CPU.
 */

type CudaType = 'fp32' | 'fp16' | 'bf16';

const all: readonly CudaType[] = ['fp32', 'fp16', 'bf16'];
const noBf16: readonly CudaType[] = ['fp32', 'fp16'];

export const cudaKernels: Record<string, readonly CudaType[]> = {
  Add: all,
  Sub: all,
  Mul: all,
  Div: all,
  MatMul: all,
  Gemm: all,
  Softmax: all,
  Gelu: all,
  Tanh: all,
  Sigmoid: all,
  Exp: all,
  Log: noBf16,
  Sqrt: all,
  Pow: all,
  Neg: all,
  Reciprocal: noBf16,
  LayerNormalization: all,
  // ORT's own operator in the ai.onnx domain, version 1 at every opset.
  SimplifiedLayerNormalization: all,
  RMSNormalization: all,
  ReduceSum: all,
  ReduceMax: noBf16,
  ReduceMean: noBf16,
  ReduceLogSumExp: noBf16,
  ReduceSumSquare: noBf16,
  Transpose: all,
  Split: all,
  Slice: all,
  Concat: all,
  Reshape: all,
  Squeeze: all,
  Unsqueeze: all,
  Expand: all,
  Cast: all,
  Where: all,
  Gather: all,
  Scan: all,
  Loop: all,
  If: all,
  // No kernel: the loader turns Constant nodes into initializers.
  Constant: all,
  ConstantOfShape: all,
  Identity: all,
  Pad: noBf16,
  Tile: all,
  ScatterND: all,
  Einsum: noBf16,
  Erf: all,
  Max: all,
  Min: all,
  Clip: noBf16,
  Attention: all,
  RotaryEmbedding: all,
  // Opset 24; no kernel, a function body only. Write Sigmoid and Mul, or com.microsoft.QuickGelu with alpha 1.
  Swish: [],
  Sin: all,
  Cos: all,
  Equal: noBf16,
  'com.microsoft.FusedMatMul': all,
  // Flash attention: fp16 only here, head size <= 256 and a multiple of 8, equal Q and V head sizes, no bias or
  // padding mask, compute capability 8+. Memory-efficient: all three types, head sizes <= 1024 and multiples of
  // 8 (fp32 and bf16 from sequence length 256 on). cuDNN: fp16/bf16, <= 256; preferred on 9.0+. Else unfused.
  'com.microsoft.MultiHeadAttention': all,
  'com.microsoft.GroupQueryAttention': ['fp16', 'bf16'],
  'com.microsoft.RotaryEmbedding': all,
  'com.microsoft.FastGelu': all,
  'com.microsoft.QuickGelu': all,
  'com.microsoft.BiasGelu': all,
  'com.microsoft.Gelu': all,
  'com.microsoft.SkipLayerNormalization': all,
  'com.microsoft.SkipSimplifiedLayerNormalization': all,
  'com.microsoft.PackedMultiHeadAttention': noBf16,
};
