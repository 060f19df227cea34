import { shellWord, wordsOf } from '../../contract/command-line.js';

/** Options whose value is a path. */
const pathOptions = [
  '--config',
  '--data',
  '--out',
  '--cuda-libs',
  '--from',
  '--baseline',
  '--upstream',
  '--python',
];

/**
 * The paths that a command names, relative ones too, by the place of their word; `from` is where the path starts in it.
 */
function pathWords(words: readonly string[]): Map<number, string> {
  const paths = new Map<number, string>();
  words.forEach((word, index) => {
    const [, option, joined] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    if (option !== undefined && pathOptions.includes(option)) paths.set(index, joined!);
    else if (pathOptions.includes(words[index - 1] ?? '')) paths.set(index, word);
  });
  return paths;
}

/** The paths that a command's options name, as they were typed. */
export function pathsOfCommand(command: string): string[] {
  return [...pathWords(wordsOf(command)).values()];
}

/** The command with each path in its options replaced, and every other word as `scrub` makes it. */
export function redactCommand(
  command: string,
  standIn: (path: string) => string,
  scrub: (text: string) => string,
): string {
  const words = wordsOf(command);
  const paths = pathWords(words);
  return words
    .map((word, index) => {
      const path = paths.get(index);
      if (path === undefined) return shellWord(scrub(word));
      return shellWord(`${word.slice(0, word.length - path.length)}${standIn(path)}`);
    })
    .join(' ');
}
