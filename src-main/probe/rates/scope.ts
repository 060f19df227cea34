/** What was taken and must be given back, whatever happens in between. */
export interface Scope {
  /** Gives something back when the scope ends; the latest first. */
  defer(release: () => void): void;
}

/**
 * Runs `use`, then gives back all that it took. A release that fails does not keep the others from being tried, nor
 * hides what went wrong before it.
 */
export async function withScope<T>(use: (scope: Scope) => Promise<T>): Promise<T> {
  const releases: (() => void)[] = [];
  try {
    return await use({ defer: (release) => releases.push(release) });
  } finally {
    for (const release of releases.reverse()) {
      try {
        release();
      } catch {
        // After an error that broke the context every release fails; the driver frees all when the process ends.
      }
    }
  }
}
