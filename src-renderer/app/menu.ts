import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { EventOf } from '../../src-main/contract/channels.js';
import { useClient } from './use-client.js';

type Choice = EventOf<'menu'>;
type Kept = Exclude<Choice, { type: 'go' }>;

let kept: Kept | null = null;
const watchers = new Set<() => void>();

/** Where a choice is carried out; its page takes it when it is there. */
function pathOf(choice: Choice): string {
  if (choice.type === 'go') return `/${choice.page}`;
  if (choice.type === 'export') return '/report';
  return choice.kind === 'config' ? '/target' : '/history';
}

/** Follows the desktop's menu; in a browser nothing is ever told. */
export function useMenu(): void {
  const client = useClient();
  const [, navigate] = useLocation();
  useEffect(() => {
    const end = new AbortController();
    client.listen(
      'menu',
      (choice) => {
        kept = choice.type === 'go' ? null : choice;
        navigate(pathOf(choice));
        for (const watcher of [...watchers]) watcher();
      },
      end.signal,
    );
    return () => end.abort();
  }, [client, navigate]);
}

/**
 * Carries out what was chosen in the menu for this page, now or later.
 * @param take says whether the choice was one for it
 */
export function useMenuChoice(take: (choice: Kept) => boolean): void {
  useEffect(() => {
    const look = () => {
      if (kept !== null && take(kept)) kept = null;
    };
    look();
    watchers.add(look);
    return () => {
      watchers.delete(look);
    };
  });
}
