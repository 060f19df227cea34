/** What this browser remembers; a browser that keeps nothing loses nothing else. */
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(`preflight.${key}`);
  } catch {
    return null;
  }
}

export function store(key: string, value: string): void {
  try {
    localStorage.setItem(`preflight.${key}`, value);
  } catch {}
}
