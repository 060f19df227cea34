/** Numeric type of weights and activations. */
export type Dtype = 'fp32' | 'bf16' | 'fp16';

export const bytesPerElement: Record<Dtype, number> = { fp32: 4, bf16: 2, fp16: 2 };

/** Video autoencoder of v2.0; each v1.x version has one of its own. */
export type Autoencoder = 'hunyuan' | 'dc-ae';

export type ModelId = 'v1.0' | 'v1.1' | 'v1.2' | 'v1.3' | 'v2.0';

/**
 * Kind of transformer block. `spatiotemporal` is STDiT's one block with spatial, temporal and cross
 * attention (v1.0, v1.1); `spatial` and `temporal` are STDiT3's (v1.2, v1.3); `double` and `single` MMDiT's.
 */
export type BlockKind = 'spatiotemporal' | 'spatial' | 'temporal' | 'double' | 'single';

export type Task = 'train' | 'infer';

/** Height and width in pixels. */
export interface FrameSize {
  height: number;
  width: number;
}

/** The token grid of one sample. */
export interface TokenGrid {
  /** F': frames after the VAE. */
  latentFrames: number;
  /** P: tokens of one latent frame. */
  spatialTokens: number;
  /** Rows and columns of one latent frame's tokens; their product is `spatialTokens`. */
  rows: number;
  columns: number;
}

export type OptimizerPlugin = 'zero1' | 'zero2' | 'hybrid';

export interface TrainingDefaults {
  dtype: Dtype;
  plugin: OptimizerPlugin;
  /** For each block kind, how many blocks are checkpointed by the version's published training config. */
  checkpointedBlocks: Partial<Record<BlockKind, number>>;
  /** EMA of the weights: bytes an element, sharded over ranks; null where training keeps none. */
  emaBytesPerParameter: number | null;
  /** Reduce bucket in elements of `dtype` (`reduce_bucket_size_in_m` × 2^20). */
  reduceBucketElements: number;
  adamEps: number;
  dataWorkers: number;
}

/** A component that is resident beside the transformer. */
export interface Component {
  id: 'text-encoder' | 'clip' | 'vae-encoder' | 'vae-decoder';
  name: string;
  parameters: number;
  /** Type that upstream holds it in, by task. */
  dtype: Record<Task, Dtype>;
  /** Tasks in which it is resident on the GPU. */
  tasks: Task[];
  source: string;
}

/** Everything that the engine knows of one Open-Sora version. */
export interface ModelVersion {
  id: ModelId;
  name: string;
  /** Width (hidden size) of the transformer. */
  hidden: number;
  heads: number;
  mlpRatio: number;
  /** Blocks of each kind; the architecture's depth. */
  depth: Partial<Record<BlockKind, number>>;
  /** All parameters of the transformer, and those that training updates. */
  parameters: number;
  trainableParameters: number;
  /** Exact parameters of one block of each kind. */
  blockParameters: Partial<Record<BlockKind, number>>;
  /** Text tokens of one sample, at most. */
  textTokens: number;
  attention: {
    qkNorm: boolean;
    /** Rotary embedding in spatial and temporal attention (STDiT), or over the joint sequence (MMDiT). */
    rotary: { spatial: boolean; temporal: boolean; joint: boolean };
    /** Spatial window of the temporal block's attention (v1.3: 8 × 8 tokens by all frames); null is none. */
    temporalWindow: readonly [rows: number, columns: number] | null;
  };
  /** Samples in one denoiser call for each sample asked (classifier-free guidance): v1.x 2, v2.0 3. */
  guidanceBatch: number;
  samplingSteps: number;
  training: TrainingDefaults;
  components: Component[];
  /** Resolution names that a person may ask for, in order of area. */
  resolutions: readonly string[];
  /** The aspect ratio meant where none is given: square for resolutions named by a square's side, else 16:9. */
  defaultAspect(resolution: string): string;
  /** Aspect ratios by name, width to height, e.g. `16:9`. */
  aspects: readonly string[];
  /**
   * Pixels for a resolution name and an aspect ratio. v2.0's training rounds some shapes otherwise than its inference.
   * @throws RangeError naming what would be right.
   */
  frameSize(resolution: string, aspect: string, task?: Task): FrameSize;
  /** Whether the version's VAE takes this many frames, and if not the nearest counts that it takes. */
  acceptsFrames(frames: number): { ok: true } | { ok: false; nearest: number[] };
  latentFrames(frames: number): number;
  /** Pixels along each side of a token: the VAE's compression times the patch. */
  pixelsPerToken: number;
  tokenGrid(frames: number, size: FrameSize): TokenGrid;
  /** Where the figures come from: file on an upstream branch. */
  sources: readonly string[];
}
