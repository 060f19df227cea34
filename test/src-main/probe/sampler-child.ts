import { openSampler } from '../../../src-main/probe/sampler.js';

// Runs in a process of its own, which a test kills while its sampler hangs within the driver.
const [uuid = '', root = '/'] = process.argv.slice(2);
const sampler = openSampler(uuid, root);
await sampler.gpuUsedNow();
sampler.start(4242);
sampler.timing(true);
process.stdout.write('sampling\n');
setInterval(() => {}, 1000);
