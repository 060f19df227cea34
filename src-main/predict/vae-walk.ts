/**
 * Live peaks of convolutional VAEs, in elements, by walking their layers as PyTorch runs them without gradients: a
 * tensor is alive while a Python name of a running `forward` holds it. Attention in the middle is left out where it is
 * fused; it is at an eighth of the sides, far below the peak.
 */

/** What surrounds a convolution in an implementation. */
export interface ConvolutionStyle {
  /** `F.pad` makes a padded copy of the input first (the causal 3D ones). */
  padded: boolean;
  /** The library turns input and output to channels-last and back in a workspace (cuDNN's 2D kernels for bf16). */
  turned: boolean;
  /** A convolution of more elements is made in chunks that are joined in the end; null is never. */
  chunkElements: number | null;
  /**
   * GPUs that share the channels of the levels up to 256 wide: each holds its part of what lies between the convolutions
   * and makes the whole of a convolution's result, to be added up (main:opensora/models/vae/tensor_parallel.py `Conv3dTPRow`).
   */
  ranks?: number;
}

/** Widest level that ranks share: main:opensora/models/hunyuan_vae/policy.py. */
const widestShared = 256;

const part = (style: ConvolutionStyle, width: number) => (width <= widestShared ? 1 / (style.ranks ?? 1) : 1);

/** Widths of the four levels, from the image's side to the latent's: every VAE here has them. */
export const levelWidths = [128, 256, 512, 512] as const;

/** A tensor at a level: `positions` is samples × frames × height × width. */
interface Place {
  width: number;
  positions: number;
}

/** The convolution of one tensor to another, its input included: what is alive while it runs. */
function convolution(style: ConvolutionStyle, from: Place, to: Place): number {
  const input = from.width * from.positions * part(style, from.width);
  const output = to.width * to.positions;
  const chunked = style.chunkElements !== null && Math.max(input, output) > style.chunkElements;
  return input * (style.padded ? 2 : 1) + output * (chunked ? 2 : 1) + (style.turned ? input + output : 0);
}

/** norm, SiLU, convolution, norm, SiLU, convolution, sum; the input is held throughout, turned to the new width at the end. */
export function residualBlock(style: ConvolutionStyle, from: number, to: number, positions: number): number {
  const input = from * positions * part(style, from);
  const output = to * positions * part(style, to);
  const at = (width: number): Place => ({ width, positions });
  return Math.max(
    3 * input,
    input + convolution(style, at(from), at(to)),
    input + 2 * output,
    input + convolution(style, at(to), at(to)),
    input + (from === to ? 2 : 3) * output,
  );
}

/** One level of an up- or down-sampling by its frames and pixels. */
export interface Level {
  width: number;
  frames: number;
  pixels: number;
}

/** Nearest-neighbour enlargement of a level to the next one's size, and a convolution there. */
export function upsampling(style: ConvolutionStyle, inFp32: boolean, small: Level, large: Level): number {
  const input = small.width * small.frames * small.pixels * part(style, small.width);
  const enlarged: Place = { width: small.width, positions: large.frames * large.pixels };
  const size = enlarged.width * enlarged.positions * part(style, small.width);
  // An fp32 element counts twice.
  const turned = inFp32 ? input + 3 * size : 0;
  // The causal ones enlarge the first frame apart from the rest and join them: both are alive.
  const joined = style.padded ? size : 0;
  return Math.max(turned, input + 2 * size, input + joined + convolution(style, enlarged, enlarged));
}

/**
 * Peak of a decoder with three residual blocks a level, in elements.
 *
 * @param levels from the image's side to the latent's, of the whole tile and batch
 */
export function decoderPeak(style: ConvolutionStyle, inFp32: boolean, levels: readonly Level[]): number {
  const moments: number[] = [];
  for (let level = levels.length - 1; level >= 0; level--) {
    const { width, frames, pixels } = levels[level]!;
    const before = levels[Math.min(level + 1, levels.length - 1)]!.width;
    moments.push(residualBlock(style, before, width, frames * pixels));
    if (level > 0) moments.push(upsampling(style, inFp32, levels[level]!, levels[level - 1]!));
  }
  return Math.max(...moments);
}

/** Peak of an encoder with two residual blocks a level, in elements. */
export function encoderPeak(style: ConvolutionStyle, levels: readonly Level[]): number {
  const moments = levels.map(({ width, frames, pixels }, level) => {
    const before = levels[Math.max(level - 1, 0)]!.width;
    return residualBlock(style, before, width, frames * pixels);
  });
  return Math.max(...moments);
}
