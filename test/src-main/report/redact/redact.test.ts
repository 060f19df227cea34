import { describe, expect, it } from 'vitest';
import { reportSchema } from '../../../../src-main/contract/report.js';
import { UsageError } from '../../../../src-main/contract/usage-error.js';
import { digestOf } from '../../../../src-main/report/digest.js';
import { renderHtml } from '../../../../src-main/report/html.js';
import { renderOpenSoraConfig } from '../../../../src-main/report/opensora-config/index.js';
import { reportOfText } from '../../../../src-main/report/read-report.js';
import { localNames } from '../../../../src-main/report/redact/local-names.js';
import { redact } from '../../../../src-main/report/redact/redact.js';
import { renderTerminal } from '../../../../src-main/report/terminal.js';
import { renderMachine } from '../../../../src-main/report/terminal-machine.js';
import { dryRunReport } from '../../../fixtures/dry-run-reports.js';
import { hostileReport } from '../../../fixtures/hostile-report.js';
import { goReport } from '../../../fixtures/reports.js';
import { leakyReport, secretReport, secrets, sentence } from '../../../fixtures/secret-report.js';

const local = { hosts: [], users: [secrets.localUser], paths: [] };
/** What stays of a text, white space and case apart: renderings break lines, and HTML and JSON escape. */
const flat = (text: string) =>
  text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#x27;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/\\\\/g, '\\')
    .replace(/\s+|\n# ?/g, '')
    .toLowerCase();
const parts = [
  ...Object.values(secrets),
  'uni-muster',
  '/home/',
  '/mnt/',
  '/scratch',
  'private-project',
  'geheim',
  '1b:00.0',
  'a.json-',
];

describe('a report that leaves', () => {
  const { report } = redact(leakyReport(), local);
  const { target, recommendation } = secretReport();
  const renderings = {
    html: renderHtml(report),
    json: JSON.stringify(report),
    terminal: renderTerminal(report, { color: false, width: 80 }),
    machine: renderMachine(report.machine),
    // Of a target that upstream can take.
    'opensora-config': renderOpenSoraConfig({ ...report, target, recommendation }).text,
  };

  it('is tested with secrets that are there before', () => {
    const before = flat(JSON.stringify(leakyReport()));
    for (const secret of Object.values(secrets)) expect(before).toContain(flat(secret));
  });

  it.each(Object.entries(renderings))('has no secret left in %s', (_, text) => {
    const left = parts.filter((secret) => flat(text).includes(flat(secret)));
    expect(left).toEqual([]);
  });

  it('is a valid report whose digest is its own, and says that it was redacted', () => {
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report.redacted).toBe(true);
    expect(report.digest).toBe(digestOf(report));
    expect(reportOfText(renderings.html)).toEqual(report);
    expect(reportOfText(renderings.json).integrity).toBe('intact');
  });
});

describe('redact', () => {
  const { report, replaced } = redact(secretReport(), local);

  it('names alike what is alike, and two GPUs differently', () => {
    const [first, second] = report.machine.gpus;
    expect([first!.uuid, second!.uuid]).toEqual(['gpu-uuid-1', 'gpu-uuid-2']);
    expect(first!.pciAddress).not.toEqual(second!.pciAddress);
    expect(report.machine.host.hostname).toBe('host-1');
    expect(report.machine.disagreements[0]).toEqual({
      about: 'driver of gpu-uuid-1',
      sources: { NVML: '570', 'host-1': '565' },
    });
    expect(JSON.stringify(first!.processes)).toContain('"name":"process-1"');
  });

  it('keeps models, versions, sizes and figures', () => {
    const { machine, prediction, verdict, target } = secretReport();
    expect(report.prediction).toEqual(prediction);
    expect(report.target).toEqual(target);
    expect(report.verdict).toEqual(verdict);
    const kept = report.machine.gpus.map(({ name, memory, driverVersion }) => ({
      name,
      memory,
      driverVersion,
    }));
    expect(kept).toEqual(
      machine.gpus.map(({ name, memory, driverVersion }) => ({ name, memory, driverVersion })),
    );
    expect(report.id).toBe(secretReport().id);
  });

  it('keeps the command one that can be typed, with its paths replaced', () => {
    expect(report.command).toBe(
      "preflight run --config '<path>/stage9.py' --data '<path>' '--out=<path>' --gpus 0,1 --rehearse --upstream '<path>' --python '<path>'",
    );
  });

  it('replaces processes in a rehearsal’s causes, and the paths of a checkout and its Python', () => {
    const { rehearsal } = report;
    if ('unavailable' in rehearsal || 'unavailable' in rehearsal.upstream)
      throw new Error('the sample has both');
    expect(rehearsal.attempts[0]!.devices[0]!.cause).toBe(
      'not begun: 12.0 GiB are free now, held by process-4 (pid 99) 61.2 GiB, python3 (pid 7) 3.10 GiB',
    );
    expect(rehearsal.attempts[0]!.devices[0]!.name).toBe('NVIDIA H100 80GB HBM3');
    expect(rehearsal.upstream.command).toBe(
      "'<path>/bin/torchrun' '<path>/steps.py' '<path>/scripts/train.py' '--config=<path>/stage9.py'",
    );
    expect(rehearsal.upstream.cause).toBe('no module opensora in <path>, by <path>/bin/python');
  });

  it('lists what it replaced, by field', () => {
    expect(replaced).toContainEqual({ field: 'machine.host.hostname', from: secrets.host, to: 'host-1' });
    expect(replaced).toContainEqual({
      field: 'probes.0.cause'.replace('0', String(report.probes.length - 1)),
      from: `SIGSEGV in ${secrets.work}/libx.so.1`,
      to: 'SIGSEGV in <path>/libx.so.1',
    });
  });

  it('changes nothing that is redacted already', () => {
    for (const before of [report, redact(leakyReport(), local).report])
      expect(redact(before, { hosts: [], users: [], paths: [] })).toEqual({ report: before, replaced: [] });
  });

  it('never fails on hostile text, and leaves a valid report', () => {
    expect(reportSchema.parse(redact(hostileReport(), localNames()).report).redacted).toBe(true);
  });

  it.each([
    ['and/or, 24 GiB/s at bf16/fp16, 3 / 4', 'and/or, 24 GiB/s at bf16/fp16, 3 / 4'],
    ['/dev/shm is 16 GiB', '/dev/shm is 16 GiB'],
    ['cuBLAS 12.8 found in /usr/local/cuda-12.8/lib64.', 'cuBLAS 12.8 found in <path>.'],
    [
      'see https://github.com/hpcaitech/Open-Sora/issues/1',
      'see https://github.com/hpcaitech/Open-Sora/issues/1',
    ],
    ['google/t5-v1_1-xxl at 10:42, ratio 16:9', 'google/t5-v1_1-xxl at 10:42, ratio 16:9'],
    ['~/x.json and ../y/z.csv', '<path>/x.json and <path>/z.csv'],
    ["'/data/my clips/a.mp4' is lost", "'<path>/a.mp4' is lost"],
    ['check gpu-ecc failed on GPU-5f1c4f0e', 'check gpu-ecc failed on gpu-uuid-1'],
    ['driver 570.86.15, CUDA 12.8, cuDNN 9.7.0.66', 'driver 570.86.15, CUDA 12.8, cuDNN 9.7.0.66'],
  ])('makes of %j %j', (text, expected) => {
    const before = { ...goReport(), notTested: [text] };
    before.machine.gpus = [];
    expect(redact(before, { hosts: [], users: [], paths: [] }).report.notTested).toEqual([expected]);
  });

  it('finds a user of a home folder wherever he is named, and hosts by their first label', () => {
    const before = {
      ...dryRunReport(),
      notTested: [
        '/home/zoe/x.py is missing',
        'Zoe asked for it, not Zoey',
        'LAPTOP and laptop-2, no laptops',
      ],
    };
    expect(redact(before, { hosts: [], users: [], paths: [] }).report.notTested).toEqual([
      '<path>/x.py is missing',
      'user-1 asked for it, not Zoey',
      'host-1 and host-1-2, no laptops',
    ]);
  });

  it.each(['h100', '80GB', 'nvidia', 'gpu', '1', 'a'])(
    'replaces a host called %s where it is the host, and no word or figure that only looks like it',
    (hostname) => {
      const { machine, ...rest } = goReport();
      const before = { ...rest, machine: { ...machine, host: { ...machine.host, hostname } } };
      const after = redact(before, { hosts: [], users: [], paths: [] }).report;
      expect(after.machine.host.hostname).toBe('host-1');
      expect(after.machine.gpus.map(({ name }) => name)).toEqual(machine.gpus.map(({ name }) => name));
      expect(after.verdict).toEqual(rest.verdict);
    },
  );

  it('knows a distribution from the user that its images come with', () => {
    const before = { ...goReport(), notTested: ['/home/ubuntu/x.py on Ubuntu 22.04'] };
    before.machine.host.os = 'Ubuntu 22.04.5 LTS';
    const { report } = redact(before, { hosts: [], users: ['ubuntu'], paths: ['/home/ubuntu'] });
    expect(report.notTested).toEqual(['<path>/x.py on Ubuntu 22.04']);
    expect(report.machine.host.os).toBe('Ubuntu 22.04.5 LTS');
  });

  it('takes as many and as long names as a machine has, and refuses more in one line', () => {
    const withNames = (count: number, length: number) => {
      const before = goReport();
      before.machine.gpus[0]!.processes = Array.from({ length: count }, (_, pid) => ({
        pid,
        name: `${pid}`.padEnd(length, '(x+)*'),
        usedBytes: 0,
      }));
      return before;
    };
    for (const [count, length] of [
      [4000, 30],
      [40, 4096],
      [1, 1e6],
    ] as const)
      expect(redact(withNames(count, length), local).report.redacted).toBe(true);
    expect(() => redact(withNames(10_000, 30), local)).toThrow(UsageError);
  });

  it('takes a text of a million slashes, quotes or dashes without delay', () => {
    for (const piece of ['/a', "'/", 'GPU-0000', '\\\\', 'held by ', 'aa:', '-', sentence.slice(0, 60)]) {
      const before = { ...goReport(), notTested: [piece.repeat(1e6 / piece.length)] };
      expect(redact(before, local).report.redacted).toBe(true);
    }
  });
});
