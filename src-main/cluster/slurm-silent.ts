/** Slurm did not answer; it may later. The message has the command and its words. */
export class SlurmSilent extends Error {
  override name = 'SlurmSilent';
}
