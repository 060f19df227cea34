import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Target } from '../../../src-main/contract/target.js';
import type { PredictionResult } from '../../../src-main/predict/predict.js';
import type { Speed } from '../../../src-main/predict/time.js';
import type { Client } from '../../app/client.js';
import { useClient, useConnection } from '../../app/use-client.js';
import { ShapeBook } from './shape-book.js';

/** What was predicted of a target, which may be one before the present one. */
export interface Predicted {
  target: Target;
  result: PredictionResult;
}

/** Why what is shown is of a target before: these settings make none, or its shape is not analysed yet. */
export type Stale = 'settings' | 'shape' | null;

const books = new WeakMap<Client, ShapeBook>();

function bookOf(client: Client): ShapeBook {
  const book = books.get(client) ?? new ShapeBook((shapes) => client.ask('target/analyse', { shapes }));
  books.set(client, book);
  return book;
}

/**
 * The prediction of a target: within the same frame where its shapes are known; else the last one, marked as such, until
 * they are.
 * @param next targets that may come next, whose shapes are fetched when nobody waits
 */
export function usePrediction(
  target: Target | null,
  speed: Speed,
  next: () => readonly Target[],
): { predicted: Predicted | null; stale: Stale; error: Error | null } {
  const book = bookOf(useClient());
  const edition = useSyncExternalStore(book.subscribe, book.version);
  const lost = useConnection() === 'lost';
  const last = useRef<Predicted | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const latestNext = useRef(next);
  latestNext.current = next;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what the book knows changes with its edition
  const attempt = useMemo(
    () => (target === null ? null : book.attempt(target, speed)),
    [book, edition, target, speed],
  );
  if (target !== null && attempt?.result) last.current = { target, result: attempt.result };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each target, and again when the connection is back
  useEffect(() => {
    if (target === null || lost) return;
    let shown = true;
    const wanted = () => latestNext.current().flatMap((each) => book.attempt(each, speed).missing);
    // Dragging a control asks for nothing that a later place makes needless.
    const timer = setTimeout(
      () => {
        book.load(attempt?.missing ?? [], wanted).then(
          () => shown && setError(null),
          (failure: Error) => shown && setError(failure),
        );
      },
      attempt?.missing.length ? 0 : 150,
    );
    return () => {
      shown = false;
      clearTimeout(timer);
    };
  }, [book, target, lost]);

  const stale = attempt === null ? 'settings' : attempt.result === null ? 'shape' : null;
  return { predicted: last.current, stale, error };
}
