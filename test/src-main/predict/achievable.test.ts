import { describe, expect, it } from 'vitest';
import { known } from '../../../src-main/contract/evidence.js';
import { rateSchema } from '../../../src-main/contract/machine.js';
import { achievable } from '../../../src-main/predict/achievable.js';
import { gpuCatalogue } from '../../../src-main/predict/gpus.js';

const ids = rateSchema.shape.id.options;
const value = (id: (typeof ids)[number], name: string, ranks = 8) =>
  known(achievable(id, { name }, ranks))?.value;

describe('what a GPU achieves', () => {
  it('is below its datasheet, by at most a half, for every card and rate, and says where it was measured', () => {
    let figures = 0;
    for (const card of gpuCatalogue) {
      const { name, bandwidth, flops, linkBandwidth, pcieBandwidth } = card;
      for (const id of ids) {
        const figure = known(achievable(id, { name }, 8));
        if (figure === undefined) continue;
        figures++;
        expect(figure.source.length, name).toBeGreaterThan(20);
        const peak = {
          'matrix-product': flops.bf16 ?? flops.fp16,
          'device-copy': bandwidth,
          'peer-copy': linkBandwidth,
          'all-reduce': linkBandwidth,
        }[id as string];
        const share = figure.value / (peak ?? pcieBandwidth);
        expect(share, `${name} ${id}`).toBeGreaterThan(0.5);
        // A GeForce of today clocks above its datasheet where it is cooled well.
        expect(share, `${name} ${id}`).toBeLessThan(name === 'RTX 5090' || name === 'RTX 3090' ? 1.1 : 1);
      }
    }
    expect(figures).toBeGreaterThan(40);
  });

  it('is what was published, under the name that the driver gives', () => {
    // nccl #1264: 2,475 to 2,515 and 371 to 377 GB/s.
    expect(value('device-copy', 'NVIDIA H100 80GB HBM3')).toBe(2.5e12);
    expect(value('peer-copy', 'NVIDIA H100 80GB HBM3')).toBe(371e9);
    expect(value('host-to-device-pinned', 'NVIDIA H100 80GB HBM3')).toBe(55e9);
    expect(value('device-to-host-pinned', 'NVIDIA GeForce RTX 4090')).toBe(25e9);
    expect(value('host-to-device-pinned', 'Tesla T4')).toBe(12e9);
    // A healthy H100 reaches 65–80 % of 989 TFLOP/s.
    expect(value('matrix-product', 'NVIDIA H100 80GB HBM3')! / 989e12).toBeCloseTo(0.79, 2);
  });

  it('is unavailable, with the reason, where nothing was published or it is not of the GPU alone', () => {
    const reason = (id: (typeof ids)[number], name: string, ranks = 8) => {
      const figure = achievable(id, { name }, ranks);
      return 'unavailable' in figure ? figure.unavailable : '';
    };
    expect(reason('device-copy', 'NVIDIA Voodoo 9')).toMatch(/no NVIDIA Voodoo 9/);
    expect(reason('device-copy', 'NVIDIA L4')).toMatch(/no measurement of a L4/);
    expect(reason('host-to-device-pageable', 'NVIDIA H100 80GB HBM3')).toMatch(/processor/);
    expect(reason('all-reduce', 'NVIDIA H100 80GB HBM3', 4)).toMatch(/eight GPUs, and 4/);
    expect(reason('peer-copy', 'NVIDIA GeForce RTX 4090')).toMatch(/no measurement/);
    // Its slot is eight lanes wide.
    expect(reason('host-to-device-pinned', 'NVIDIA GeForce RTX 4060 Ti')).toMatch(/no measurement/);
  });
});
