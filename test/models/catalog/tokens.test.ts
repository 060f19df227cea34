import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import type { ModelId } from '../../../models/catalog/types.js';

// Expected values: /shared/facts/opensora.md §1c, from upstream's aspect.py and VAEs.

describe('resolutions of v1.x', () => {
  const rows: [name: string, height: number, width: number, tokens: number][] = [
    ['144p', 144, 256, 144],
    ['256', 256, 256, 256],
    ['240p', 240, 426, 405],
    ['360p', 360, 640, 920],
    ['512', 512, 512, 1024],
    ['480p', 480, 854, 1590],
    ['720p', 720, 1280, 3600],
    ['1024', 1024, 1024, 4096],
    ['1080p', 1080, 1920, 8160],
    ['2048', 2048, 2048, 16_384],
  ];
  it.each(rows)('%s is %i × %i and %i tokens', (name, height, width, tokens) => {
    const version = modelVersion('v1.2');
    const size = version.frameSize(name, version.defaultAspect(name));
    expect(size).toEqual({ height, width });
    expect(version.tokenGrid(51, size).spatialTokens).toBe(tokens);
  });

  it('gives 144p at 51 frames 9 × 16 tokens in 15 latent frames', () => {
    const version = modelVersion('v1.2');
    const grid = version.tokenGrid(51, version.frameSize('144p', '16:9'));
    expect(grid).toEqual({ latentFrames: 15, spatialTokens: 144, rows: 9, columns: 16 });
  });

  it('reads an aspect ratio as width to height', () => {
    const { frameSize } = modelVersion('v1.2');
    expect(frameSize('360p', '9:16')).toEqual({ height: 640, width: 360 });
    expect(frameSize('360p', '21:9')).toEqual({ height: 314, width: 732 });
    expect(frameSize('256', '16:9')).toEqual({ height: 192, width: 336 });
  });

  it("rounds v1.3's _16d variants down to 16", () => {
    const { frameSize } = modelVersion('v1.3');
    expect(frameSize('360p_16d', '16:9')).toEqual({ height: 352, width: 640 });
    expect(frameSize('360p', '16:9')).toEqual({ height: 360, width: 640 });
  });

  it('rounds up where the VAE of v1.3 does', () => {
    const { tokenGrid } = modelVersion('v1.3');
    expect(tokenGrid(49, { height: 480, width: 854 })).toMatchObject({ rows: 30, columns: 54 });
    expect(modelVersion('v1.2').tokenGrid(51, { height: 480, width: 854 })).toMatchObject({
      rows: 30,
      columns: 53,
    });
  });

  it('names what would be right', () => {
    const { frameSize } = modelVersion('v1.2');
    expect(() => frameSize('256px', '16:9')).toThrow('did you mean 256?');
    expect(() => frameSize('365p', '16:9')).toThrow('did you mean 360p?');
    expect(() => frameSize('360p', '7:5')).toThrow('unknown aspect ratio "7:5"');
  });
});

describe('resolutions of v2.0', () => {
  const rows: [name: string, aspect: string, height: number, width: number][] = [
    ['256px', '16:9', 192, 336],
    ['768px', '16:9', 576, 1024],
    ['1024px', '16:9', 768, 1360],
    ['256px', '9:16', 336, 192],
    ['256px', '1:1', 256, 256],
    ['768px', '1:1', 768, 768],
    // Upstream's get_aspect_ratios_dict, run: training moves a side towards the area.
    ['256px', '2.39:1', 160, 400],
    ['360p', '16:9', 352, 656],
    ['768px', '5:8', 992, 592],
    ['1024px', '3:4', 1168, 896],
  ];
  it.each(rows)('%s at %s is %i × %i', (name, aspect, height, width) => {
    expect(modelVersion('v2.0').frameSize(name, aspect)).toEqual({ height, width });
  });

  it('does not move the sides for inference', () => {
    expect(modelVersion('v2.0').frameSize('256px', '2.39:1', 'infer')).toEqual({ height: 160, width: 384 });
    expect(modelVersion('v2.0').frameSize('360p', '16:9', 'infer')).toEqual({ height: 352, width: 640 });
  });

  const tokens: [name: string, frames: number, tokens: number][] = [
    ['256px', 1, 256],
    ['256px', 33, 2304],
    ['256px', 65, 4352],
    ['256px', 97, 6400],
    ['256px', 129, 8448],
    ['768px', 1, 2304],
    ['768px', 33, 20_736],
    ['768px', 65, 39_168],
    ['768px', 97, 57_600],
    ['768px', 129, 76_032],
    ['1024px', 1, 4096],
    ['1024px', 129, 135_168],
  ];
  it.each(tokens)('%s square at %i frames is %i tokens', (name, frames, expected) => {
    const version = modelVersion('v2.0');
    const grid = version.tokenGrid(frames, version.frameSize(name, '1:1'));
    expect(grid.latentFrames * grid.spatialTokens).toBe(expected);
  });

  it('are 32 × 32 pixels with DC-AE: 768px square at 128 frames is 18,432 tokens', () => {
    const version = modelVersion('v2.0', 'dc-ae');
    // Facts §1c; sides are multiples of 32.
    const grid = version.tokenGrid(128, version.frameSize('768px', '1:1'));
    expect(grid.latentFrames * grid.spatialTokens).toBe(18_432);
    expect(version.frameSize('768px', '16:9', 'infer')).toEqual({ height: 576, width: 1024 });
    expect(version.frameSize('256px', '16:9', 'infer')).toEqual({ height: 192, width: 320 });
  });

  it('refuses names that are none', () => {
    expect(() => modelVersion('v2.0').frameSize('256', '16:9')).toThrow('did you mean 256px?');
    expect(() => modelVersion('v2.0').frameSize('0px', '16:9')).toThrow('out of range');
  });
});

describe('latent frames', () => {
  const rows: [ModelId, frames: number, latent: number][] = [
    ['v1.0', 16, 16],
    ['v1.1', 96, 96],
    ['v1.2', 1, 1],
    ['v1.2', 17, 5],
    ['v1.2', 20, 6],
    ['v1.2', 34, 10],
    ['v1.2', 51, 15],
    ['v1.2', 68, 20],
    ['v1.2', 102, 30],
    ['v1.2', 204, 60],
    ['v1.2', 408, 120],
    ['v1.3', 1, 1],
    ['v1.3', 49, 15],
    ['v1.3', 65, 20],
    ['v1.3', 81, 25],
    ['v1.3', 97, 30],
    ['v1.3', 113, 35],
    ['v2.0', 1, 1],
    ['v2.0', 33, 9],
    ['v2.0', 65, 17],
    ['v2.0', 97, 25],
    ['v2.0', 129, 33],
  ];
  it.each(rows)('%s: %i frames are %i', (id, frames, latent) => {
    expect(modelVersion(id).acceptsFrames(frames)).toEqual({ ok: true });
    expect(modelVersion(id).latentFrames(frames)).toBe(latent);
  });

  it('names the nearest counts that a VAE takes', () => {
    expect(modelVersion('v2.0').acceptsFrames(128)).toEqual({ ok: false, nearest: [125, 129] });
    expect(modelVersion('v2.0').acceptsFrames(2)).toEqual({ ok: false, nearest: [1, 5] });
    expect(modelVersion('v2.0', 'dc-ae').acceptsFrames(129)).toEqual({ ok: false, nearest: [128, 132] });
    expect(modelVersion('v2.0', 'dc-ae').acceptsFrames(2)).toEqual({ ok: false, nearest: [1, 4] });
    expect(modelVersion('v2.0', 'dc-ae').acceptsFrames(128)).toEqual({ ok: true });
    expect(modelVersion('v1.3').acceptsFrames(51)).toEqual({ ok: false, nearest: [49, 65] });
    expect(modelVersion('v1.2').acceptsFrames(0)).toEqual({ ok: false, nearest: [1] });
    expect(modelVersion('v2.0').acceptsFrames(Number.NaN)).toEqual({ ok: false, nearest: [1] });
  });
});
