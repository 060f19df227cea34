/** What is told to all that listen now. */
export class Topic<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** @param onListened told whether anybody listens, whenever that changes */
  constructor(private readonly onListened: (listened: boolean) => void = () => {}) {}

  /** Returns the end of listening; to call it again changes nothing. */
  listen(listener: (value: T) => void): () => void {
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    if (this.listeners.size === 1) this.onListened(true);
    return () => {
      if (this.listeners.delete(own) && this.listeners.size === 0) this.onListened(false);
    };
  }

  tell(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
