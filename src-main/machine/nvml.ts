import { isUnavailable, type Reading } from '../contract/evidence.js';
import { readNvidiaSmi } from './nvidia-smi.js';
import { askNvml } from './nvml-ask.js';
import { assemble } from './nvml-assemble.js';
import type { NvmlMachine } from './nvml-messages.js';
import type { OwnProcess } from './own-process.js';

/**
 * Everything that is read of the NVIDIA GPUs, or why there is nothing: through NVML, and where its library cannot be
 * loaded through nvidia-smi. Ends within its deadlines, whatever the driver does.
 * @param reader where it was started before; else it is started now
 * @param onFound told once that NVML lists a GPU, before it is read
 */
export async function readNvml(
  reader?: Reading<OwnProcess>,
  onFound: () => void = () => {},
): Promise<Reading<NvmlMachine>> {
  const { messages, ending } = await askNvml(reader, undefined, (message) => {
    if (message.type === 'machine' && message.count > 0) onFound();
  });
  const machine = assemble(messages, ending);
  const noLibrary = messages.some((message) => message.type === 'absent' && message.what === 'library');
  return isUnavailable(machine) && noLibrary ? readNvidiaSmi(machine.unavailable) : machine;
}
