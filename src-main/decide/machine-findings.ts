import { known } from '../contract/evidence.js';
import type { Check } from '../contract/machine.js';
import { type DecideInput, gpusUsed, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';

/** Every version's install takes PyTorch built for CUDA 12.1: v1.3:requirements/requirements-cu121.txt; torch 2.4 in main:requirements.txt. */
const torchCuda = '12.1';
/** The first driver of CUDA 12. Later releases of one major version run on it: NVIDIA, "CUDA Compatibility", minor versions. */
const cudaMajor = 12;
const leastDriver = 525;

/** Health of this machine, and whether its driver runs the CUDA that Open-Sora's PyTorch is built for. */
export function machineFindings(input: DecideInput): Finding[] {
  if (judgesThisMachine(input)) return [...health(input), driver(input)];
  const text = 'The machine that will run it was not looked at: run preflight there';
  return [
    finding('health', 'not-tested', 'go', `Health: ${lowered(text)}`, 'modelled'),
    finding(
      'driver',
      'not-tested',
      'go',
      `Open-Sora's PyTorch is built for CUDA ${torchCuda}, which a driver from ${leastDriver} on runs; ${lowered(text)}`,
      'published',
    ),
  ];
}

const lowered = (text: string) => text[0]!.toLowerCase() + text.slice(1);

/**
 * Each check that fails or is to be looked at, and those not tested as one; or that all pass. One that fails stops the run,
 * except where it is of GPUs alone that the run leaves out.
 */
function health(input: DecideInput): Finding[] {
  const { checks } = input.machine;
  const used = new Set(gpusUsed(input).map(({ index }) => index));
  const touches = ({ gpus }: Check) => gpus === undefined || gpus.some((index) => used.has(index));
  if (checks.length === 0)
    return [finding('health', 'not-tested', 'go', 'Nothing of this machine was checked', 'modelled')];
  const untested = checks.filter(({ status }) => status === 'not-tested');
  const found = checks
    .filter(({ status }) => status === 'fail' || status === 'look')
    .map((check) => {
      const { id, status, text } = check;
      if (status === 'fail' && !touches(check))
        return finding(`machine-${id}`, 'look', 'go', `${text} (the run does not use it)`);
      return finding(`machine-${id}`, status, status === 'fail' ? 'no-go' : 'go', text);
    });
  if (untested.length > 0) {
    const ids = untested.map(({ id }) => id).join(', ');
    const text = `${untested.length} of ${checks.length} checks of this machine were not tested: ${ids}`;
    found.push(finding('health', 'not-tested', 'go', text));
  } else if (found.length === 0) {
    found.push(finding('health', 'pass', 'go', `All ${checks.length} checks of this machine pass`));
  }
  return found;
}

function driver(input: DecideInput): Finding {
  const id = 'driver';
  const needs = `Open-Sora's PyTorch is built for CUDA ${torchCuda}`;
  const versions = gpusUsed(input).map(({ cudaVersion, driverVersion }) => ({
    cuda: known(cudaVersion),
    driver: known(driverVersion),
  }));
  const unread = versions.length === 0 || versions.some(({ cuda }) => cuda === undefined);
  if (unread) {
    const text = `${needs}; which CUDA the driver runs could not be read`;
    return finding(id, 'not-tested', 'go', text, 'published');
  }
  const [oldest] = versions.toSorted((a, b) => Number.parseFloat(a.cuda!) - Number.parseFloat(b.cuda!));
  const has = `driver ${oldest!.driver ?? 'of an unknown version'} runs CUDA up to ${oldest!.cuda}`;
  if (Number.parseInt(oldest!.cuda!, 10) >= cudaMajor) return finding(id, 'pass', 'go', `${needs}; ${has}`);
  const text = `${needs}; ${has}: install a driver from ${leastDriver} on`;
  return finding(id, 'fail', 'no-go', text);
}
