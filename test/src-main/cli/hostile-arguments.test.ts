import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';

const target = [
  '--model',
  'v1.2',
  '--task',
  'train',
  '--resolution',
  '144p',
  '--frames',
  '17',
  '--batch',
  '1',
];

// Found by someone who tried to break the command line.
describe('arguments that try to break a message', () => {
  it.each([
    [['run', ...target, '--gpu', 'constructor'], /unknown GPU "constructor"/],
    [['run', ...target, '--gpu', 'H100\nx'], /control character: "H100\\nx"/],
    [['measure', '--block', 'spatial', ...target, '--dtype', 'bf\u001b[2J16'], /control character/],
    [['run', ...target, '--gpus', '0,1', '--device', 'cpu'], /--gpus 0,1 .* leave --gpus out/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args as string[]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message as RegExp);
  });

  it('says of bf16 on the CPU what to do instead, without starting a process for it', async () => {
    const args = ['measure', '--block', 'spatial', ...target, '--dtype', 'bf16', '--device', 'cpu', '--json'];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'not-supported',
      cause: expect.stringContaining('measure in fp32'),
    });
  });
});
