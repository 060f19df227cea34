/** What a secret is of, which its stand-in is named by. */
export type SecretKind =
  | 'host'
  | 'domain'
  | 'user'
  | 'process'
  | 'gpu-uuid'
  | 'mig-uuid'
  | 'uuid'
  | 'pci'
  | 'mac'
  | 'serial'
  | 'path';

/**
 * Fields of a report that are secret as a whole, `*` for each of a list. What they hold is looked for in every other text
 * too, so that a field that is added later does not give it away.
 */
export const secretFields: Readonly<Record<string, SecretKind>> = {
  'machine.host.hostname': 'host',
  'machine.host.workDisk.path': 'path',
  'machine.host.dataDisk.path': 'path',
  'machine.host.python.path': 'path',
  'machine.gpus.*.uuid': 'gpu-uuid',
  'machine.gpus.*.pciAddress': 'pci',
  'machine.gpus.*.processes.*.name': 'process',
  'machine.gpus.*.detail.mig.instances.*.uuid': 'mig-uuid',
  'machine.gpus.*.detail.nvlinks.*.peerPciAddress': 'pci',
};

/** The kind of a field by its path, or undefined where it is none of these. */
export function secretKind(path: readonly (string | number)[]): SecretKind | undefined {
  return secretFields[path.map((key) => (typeof key === 'number' ? '*' : key)).join('.')];
}
