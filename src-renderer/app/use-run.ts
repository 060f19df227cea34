import { createContext, useContext, useSyncExternalStore } from 'react';
import type { RunState } from '../../src-main/contract/run-state.js';
import type { RunStore } from './run-store.js';

export const RunContext = createContext<RunStore | null>(null);

/** The run under way or the last one, null where there was none, undefined until that is known. */
export function useRun(): RunState | null | undefined {
  const store = useContext(RunContext);
  if (store === null) throw new Error('no run store above this component');
  return useSyncExternalStore(store.subscribe, store.read);
}
