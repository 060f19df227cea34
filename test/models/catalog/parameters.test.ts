import { describe, expect, it } from 'vitest';
import { modelVersion, modelVersions } from '../../../models/catalog/index.js';

describe('parameters', () => {
  it('of one block are exact', () => {
    expect(modelVersion('v1.2').blockParameters).toEqual({ spatial: 21_255_696, temporal: 21_255_696 });
    expect(modelVersion('v1.3').blockParameters).toEqual({ spatial: 21_255_696, temporal: 21_255_696 });
    expect(modelVersion('v2.0').blockParameters).toEqual({ double: 339_831_296, single: 141_591_808 });
    // By hand from the modules: 20 h² + 17 h + 6 h; v1.1 adds 3 h and four head norms.
    expect(modelVersion('v1.0').blockParameters).toEqual({ spatiotemporal: 26_568_576 });
    expect(modelVersion('v1.1').blockParameters).toEqual({ spatiotemporal: 26_572_320 });
  });

  it.each([
    ['v1.0', 759.6, 1],
    ['v1.1', 767.5, 1],
    ['v1.2', 1207.6, 1],
    ['v1.3', 1207.96, 2],
    ['v2.0', 11_891.2, 1],
  ] as const)('of %s are %f million', (id, millions, digits) => {
    expect(modelVersion(id).parameters / 1e6).toBeCloseTo(millions, digits);
  });

  it('of v2.0 with DC-AE are 11,892.0 million, its condition included', () => {
    expect(modelVersion('v2.0', 'dc-ae').parameters / 1e6).toBeCloseTo(11_892.0, 1);
  });

  it('of DC-AE are what its layers give, listed one by one', () => {
    const { components } = modelVersion('v2.0', 'dc-ae');
    const vae = components.filter(({ id }) => id.startsWith('vae')).map(({ parameters }) => parameters);
    expect(vae).toEqual([220_439_936, 239_022_211]);
  });

  it('leave the caption embedder untrained in v1.2 alone', () => {
    for (const version of modelVersions) {
      const frozen = version.parameters - version.trainableParameters;
      expect(frozen).toBe(version.id === 'v1.2' ? 6_048_000 : 0);
    }
  });

  it('of the encoders are what transformers and diffusers count', () => {
    const count = (id: string) =>
      modelVersion('v2.0').components.find((component) => component.id === id)?.parameters;
    expect(count('text-encoder')).toBe(4_762_310_656);
    expect(count('clip')).toBe(123_060_480);
    const sd = modelVersion('v1.0').components.filter(({ id }) => id.startsWith('vae'));
    expect(sd.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(83_653_863);
  });
});

describe('every version', () => {
  it.each(modelVersions)('$id gives every resolution at every aspect ratio a grid', (version) => {
    for (const resolution of version.resolutions) {
      for (const aspect of version.aspects) {
        const size = version.frameSize(resolution, aspect);
        const grid = version.tokenGrid(17, size);
        expect(grid.rows * grid.columns).toBe(grid.spatialTokens);
        const [width, height] = aspect.split(':').map(Number);
        expect(Math.abs(Math.log(size.width / size.height / (width! / height!)))).toBeLessThan(0.35);
      }
    }
  });

  it.each(modelVersions)('$id checkpoints no more blocks than it has', (version) => {
    for (const [kind, count] of Object.entries(version.training.checkpointedBlocks)) {
      expect(count).toBeLessThanOrEqual(version.depth[kind as keyof typeof version.depth]!);
    }
  });
});
