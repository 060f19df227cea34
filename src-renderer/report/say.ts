import { createContext, useContext } from 'react';

/** A sentence in the language of the page. What is not known to it stays as it is. */
export type Say = (english: string) => string;

/**
 * Reports speak English, whoever wrote them and when: scripts read their sentences, and older ones have theirs already. So a
 * page in another language translates what it shows, by the sentence. Without a provider, as in the HTML file, it is English.
 */
export const SayContext = createContext<Say>((english) => english);

export function useSay(): Say {
  return useContext(SayContext);
}
