import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Gpu, Rate } from '../../src-main/contract/machine.js';
import { LinksTable } from '../../src-renderer/machine/links-table.js';
import { findPair, type Topology, topologyOf } from '../../src-renderer/machine/topology.js';
import { TopologyPicture } from '../../src-renderer/machine/topology-picture.js';
import { h100, healthyDetail, nvlinks } from '../fixtures/sample-gpus.js';
import { cpuMachine, illH100Machine, laptopMachine, rtx4090Machine } from '../fixtures/sample-machines.js';
import { rowsOf, textOf } from './markup.js';

const missing = { unavailable: 'not read' };
/** A GPU with so many links to each address, on a NUMA node. */
function joined(index: number, links: Record<string, number>, numaNode: number | null): Gpu {
  const list = Object.entries(links).flatMap(([peerPciAddress, count]) =>
    nvlinks(count).map((link) => ({ ...link, peerPciAddress })),
  );
  const detail = healthyDetail({
    nvlinks: list.map((link, place) => ({ ...link, link: place })),
    numaNode: numaNode ?? missing,
  });
  return h100(index, detail, { pciAddress: `00000000:0${index + 1}:00.0` });
}
const must = (topology: Topology | undefined): Topology => {
  if (topology === undefined) throw new Error('no topology');
  return topology;
};

describe('how GPUs are joined', () => {
  it('is no matter of fewer than two', () => {
    expect(topologyOf(cpuMachine().gpus)).toBeUndefined();
    expect(topologyOf(laptopMachine().gpus)).toBeUndefined();
    expect(topologyOf([h100(0), h100(1, missing)])).toBeUndefined();
  });

  it('knows switches by the links of several GPUs that end on them, and counts the fewer links of two', () => {
    const { gpus } = illH100Machine();
    const topology = must(topologyOf(gpus));
    expect(topology.switches).toBe(4);
    expect(topology.nodes.map(({ numa, gpus: on }) => [numa, on.map(({ index }) => index)])).toEqual([
      [0, [0, 1, 2, 3]],
      [1, [4, 5, 6, 7]],
    ]);
    expect(topology.pairs).toHaveLength(28);
    expect(findPair(topology, gpus[0]!, gpus[7]!)).toMatchObject({ path: 'switch', nvlinks: 18 });
    // Of the sixth one link is down.
    expect(findPair(topology, gpus[5]!, gpus[2]!)).toMatchObject({ path: 'switch', nvlinks: 17 });
  });

  it('knows direct links, whatever the case of the address, and takes a lone device for no switch', () => {
    const gpus = [
      joined(0, { '00000000:02:00.0': 4, '00000000:AB:00.0': 2 }, 0),
      joined(1, { '00000000:01:00.0': 4 }, 0),
      joined(2, {}, 1),
    ];
    const topology = must(topologyOf(gpus));
    expect(topology.switches).toBe(0);
    expect(topology.pairs.map(({ a, b, path, nvlinks: n }) => [a.index, b.index, path, n])).toEqual([
      [0, 1, 'direct', 4],
      [0, 2, 'other-node', 0],
      [1, 2, 'other-node', 0],
    ]);
  });

  it('claims no path where NVLink was not read, and no node where that is not known', () => {
    expect(must(topologyOf(rtx4090Machine().gpus)).pairs).toMatchObject([{ path: 'unknown' }]);
    expect(must(topologyOf([joined(0, {}, null), joined(1, {}, 0)])).pairs).toMatchObject([{ path: 'host' }]);
    expect(must(topologyOf([joined(0, {}, 0), joined(1, {}, 0)])).pairs).toMatchObject([
      { path: 'same-node' },
    ]);
  });
});

describe('the table of links', () => {
  it('says each pair as nvidia-smi does, and below it what was measured', () => {
    const gpus = [
      joined(0, { '00000000:02:00.0': 4 }, 0),
      joined(1, { '00000000:01:00.0': 4 }, 0),
      joined(2, {}, 1),
    ];
    const rate = { id: 'peer-copy', unit: 'bytes/s', achievable: missing } as const;
    const rates: Rate[] = [{ ...rate, gpu: 0, peer: 1, value: 93.4e9 }];
    const html = renderToStaticMarkup(<LinksTable topology={must(topologyOf(gpus))} rates={rates} />);
    expect(rowsOf(html)).toEqual([
      'GPU|NUMA|PCIe|NVLink|to 0|to 1|to 2',
      '0|0|gen 5 ×16|4 of 4||NV493.4|SYS',
      '1|0|gen 5 ×16|4 of 4|NV4||SYS',
      '2|1|gen 5 ×16|none|SYS|SYS|',
    ]);
    expect(textOf(html)).toContain('SYS: over PCIe, and from one processor to another');
    expect(textOf(html)).toContain('the copy rate that was measured, in GB/s');
  });
});

describe('the picture of the links', () => {
  const picture = (gpus: Gpu[]) =>
    renderToStaticMarkup(<TopologyPicture topology={must(topologyOf(gpus))} />);

  it('draws eight GPUs on their switches, and one with a link down otherwise', () => {
    const svg = picture(illH100Machine().gpus);
    expect(svg.match(/class="device"/g)).toHaveLength(8);
    expect(svg.match(/class="nvlink"/g)).toHaveLength(7);
    expect(svg.match(/class="nvlink some"/g)).toHaveLength(1);
    expect(svg).toContain('>17 of 18<');
    expect(svg).toContain('>4 NVSwitches<');
    expect(svg.match(/class="host"/g)).toHaveLength(2);
    expect(svg).toContain('8 GPUs; 28 of 28 pairs joined by NVLink over NVSwitch');
  });

  it('stays within its frame', () => {
    for (const count of [2, 4, 8, 16]) {
      const all = Array.from({ length: count }, (_, index) => `00000000:0${index + 1}:00.0`);
      const gpus = all.map((own, index) =>
        joined(
          index,
          Object.fromEntries(all.filter((peer) => peer !== own).map((peer) => [peer, 1])),
          index % 2,
        ),
      );
      const svg = picture(gpus);
      const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!;
      const numbers = (name: string) =>
        [...svg.matchAll(new RegExp(` ${name}="(-?[\\d.]+)"`, 'g'))].map(([, n]) => Number(n));
      for (const x of [...numbers('x'), ...numbers('x1'), ...numbers('x2')]) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(Number(width));
      }
      for (const y of [...numbers('y'), ...numbers('y1'), ...numbers('y2')]) {
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(Number(height));
      }
    }
  });
});
