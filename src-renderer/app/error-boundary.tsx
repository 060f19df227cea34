import { Component, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Failed } from './page.js';

/** A page that fails leaves the rest of the window as it is, and another page can be gone to. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  return <Boundary key={location}>{children}</Boundary>;
}

class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Failed error={error} again={() => this.setState({ error: null })} />;
  }
}
