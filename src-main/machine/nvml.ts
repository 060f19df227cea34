import { isUnavailable, type Reading } from '../contract/evidence.js';
import { readNvidiaSmi } from './nvidia-smi.js';
import { askNvml } from './nvml-ask.js';
import { assemble, type NvmlMachine } from './nvml-messages.js';

/**
 * Everything that is read of the NVIDIA GPUs, or why there is nothing: through NVML, and where its library cannot be
 * loaded through nvidia-smi. Ends within its deadlines, whatever the driver does.
 */
export async function readNvml(): Promise<Reading<NvmlMachine>> {
  const { messages, ending } = await askNvml();
  const machine = assemble(messages, ending);
  const noLibrary = messages.some((message) => message.type === 'absent' && message.what === 'library');
  return isUnavailable(machine) && noLibrary ? readNvidiaSmi(machine.unavailable) : machine;
}
