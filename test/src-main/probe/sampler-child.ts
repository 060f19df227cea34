import { openSampler } from '../../../src-main/probe/sampler.js';

// Runs in a process of its own, whose loader was told where the fake NVML lies: samples for so long as it is told to.
const [uuid = '', milliseconds = '0', root = '/'] = process.argv.slice(2);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Share of one core that this process takes meanwhile. */
async function shareDuring(ms: number): Promise<number> {
  const [before, start] = [process.cpuUsage(), performance.now()];
  await wait(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}

// What waking up 200 times a second costs by itself, on this machine and under its load.
const empty = setInterval(() => {}, 5);
const timerShare = await shareDuring(Number(milliseconds));
clearInterval(empty);

const sampler = openSampler(uuid, root);
sampler.start(4242);
await wait(200); // the first calls bind the entry points
sampler.timing(true);
const share = await shareDuring(Number(milliseconds));
sampler.timing(false);
const sampled = sampler.stop();
sampler.close();
process.stdout.write(JSON.stringify({ sampled, ownShare: share - timerShare }));
