import { joined } from './chinese-line.js';
import { figure, gapsOf, type Phrase, phraseOf, withSmallStart } from './phrases.js';
import type { Say } from './say.js';

/** Longer than any sentence that we write: what somebody else wrote is shown as it is. */
const longest = 2000;
/** Pieces that one text is looked at in, so that a hostile one costs no more than a long one. */
const mostPieces = 400;
/** Places that a text is parted at, for each joint. */
const mostPlaces = 8;
const remembered = 4000;
/**
 * A message with few letters of its own, such as `{0} of {1}`, may stand in any sentence: it must leave no English. It takes
 * fewer where it begins with a word of its own, and more where its placeholders would hold several sentences.
 */
const fewLetters = { begun: 8, open: 12, spanning: 30 };

/** What sentences are joined by, and in Chinese. */
const sentences = [
  ['; ', '；'],
  ['. ', '。'],
  [': ', '：'],
] as const;

/**
 * Says English sentences in Chinese: by the catalogue's messages, with what stands in their placeholders said the same way,
 * and else piece by piece, where sentences are joined. What no message matches stays English.
 *
 * @param catalogue English messages with their translations; `{0}` where something stands that differs
 */
export function translator(catalogue: Readonly<Record<string, string>>): Say {
  const { exact, phrasesFor } = indexed(catalogue);
  const known = new Map<string, string>();
  return (english) => {
    const before = known.get(english);
    if (before !== undefined) return before;
    const whole = exact.get(withSmallStart(english));
    if (whole !== undefined) return whole;
    if (english.length > longest || !hasWords(english)) return english;
    if (known.size >= remembered) known.clear();
    const said = sayer()(english);
    known.set(english, said);
    return said;
  };

  /** Says one text; its pieces are remembered and counted. */
  function sayer(): Say {
    const seen = new Map<string, string>();
    return function say(text: string): string {
      const before = seen.get(text);
      if (before !== undefined) return before;
      if (seen.size >= mostPieces || !hasWords(text)) return text;
      // Until it is said, so that a text within itself ends.
      seen.set(text, text);
      const found = best(text, say);
      seen.set(text, found);
      return found;
    };
  }

  /** The first way that leaves no English; else the one that leaves least. */
  function best(text: string, say: Say): string {
    const whole = exact.get(withSmallStart(text));
    if (whole !== undefined) return whole;
    let found = text;
    let left = Number.POSITIVE_INFINITY;
    for (const { said, worth } of ways(text, say)) {
      const leaves = englishIn(said);
      if (leaves >= left || (worth === 'if-nothing-is-left' && leaves > 0)) continue;
      [found, left] = [said, leaves];
      if (left === 0 || worth === 'enough') break;
    }
    return found;
  }

  function* ways(text: string, say: Say): Generator<Way> {
    const small = withSmallStart(text);
    const matches = phrasesFor(small).flatMap((phrase) => {
      const gaps = gapsOf(phrase, text, small);
      return gaps === undefined ? [] : [{ phrase, gaps, spans: spansSentences(gaps) }];
    });
    // What stands in a placeholder is seldom more than one sentence.
    for (const { phrase, gaps, spans } of matches)
      if (!spans)
        yield filled(
          phrase,
          gaps,
          say,
          phrase.weight < fewLetters[phrase.literals[0] === '' ? 'open' : 'begun']
            ? 'if-nothing-is-left'
            : 'enough',
        );
    for (const [joint, chinese] of sentences) yield* parted(text, joint, chinese, say);
    if (text.endsWith('.')) yield* pieces([text.slice(0, -1)], ['', '。'], say);
    yield* listed(text, say);
    for (const { phrase, gaps, spans } of matches)
      if (spans)
        yield filled(
          phrase,
          gaps,
          say,
          phrase.weight < fewLetters.spanning ? 'if-nothing-is-left' : 'less-is-better',
        );
    const [, outside, inside] = /^(.+) \((.+)\)$/.exec(text) ?? [];
    if (inside !== undefined) yield* pieces([outside!, inside], ['', '（', '）'], say);
    const [, name, size] = /^(.*[A-Za-z]) ([\d.,]+ GiB)$/.exec(text) ?? [];
    if (size !== undefined) yield* pieces([name!], ['', ` ${size}`], say);
  }
}

function spansSentences(gaps: ReadonlyMap<number, string>): boolean {
  const joints = [...sentences.map(([joint]) => joint), ', '];
  return [...gaps.values()].some((gap) => !figure.test(gap) && joints.some((joint) => gap.includes(joint)));
}

/** One way to say a text. */
interface Way {
  said: string;
  /** What is left in English is then a name, or somebody else's words; or it shows that this was no such sentence. */
  worth: 'enough' | 'less-is-better' | 'if-nothing-is-left';
}

/** Messages without placeholders by themselves, the others by the letter that they begin with. */
function indexed(catalogue: Readonly<Record<string, string>>) {
  const exact = new Map<string, string>();
  const byLetter = new Map<string, Phrase[]>();
  for (const [key, translation] of Object.entries(catalogue)) {
    const phrase = phraseOf(key, translation);
    const letter = phrase.literals[0]!.slice(0, 1);
    if (phrase.holes.length === 0) exact.set(phrase.literals[0]!, translation);
    else byLetter.set(letter, [...(byLetter.get(letter) ?? []), phrase]);
  }
  const open = byLetter.get('') ?? [];
  for (const [letter, phrases] of byLetter) {
    const all = letter === '' ? phrases : [...phrases, ...open];
    byLetter.set(
      letter,
      all.toSorted((a, b) => b.weight - a.weight),
    );
  }
  /** Those that may match a text, the ones with most letters of their own first. */
  const phrasesFor = (small: string) => byLetter.get(small.slice(0, 1)) ?? byLetter.get('') ?? [];
  return { exact, phrasesFor };
}

/** A text parted at all its joints, and in two at each of them: what follows one may be one message with the next. */
function* parted(text: string, joint: string, chinese: string, say: Say): Generator<Way> {
  const all = text.split(joint);
  if (all.length === 1) return;
  const between = (count: number) => ['', ...Array<string>(count - 1).fill(chinese), ''];
  yield* pieces(all, between(all.length), say);
  if (all.length === 2) return;
  for (let place = 1; place < all.length && place <= mostPlaces; place++)
    yield* pieces([all.slice(0, place).join(joint), all.slice(place).join(joint)], between(2), say);
}

/** What commas join: a list where each part is said, else only where nothing is left. */
function* listed(text: string, say: Say): Generator<Way> {
  const all = text.split(', ');
  const marks = all.map((_, index) => (index === 0 ? '' : '，'));
  const whole = all.every((part) => !hasWords(part) || say(part) !== part);
  for (const way of pieces(all, marks, say)) yield { ...way, worth: whole ? 'enough' : 'if-nothing-is-left' };
  for (let place = 1; place < all.length && place <= mostPlaces; place++) {
    const two = [all.slice(0, place).join(', '), all.slice(place).join(', ')];
    for (const way of pieces(two, ['', '，'], say)) yield { ...way, worth: 'if-nothing-is-left' };
  }
}

/** Pieces said, with what stands around them; nothing where all stay as they are. */
function* pieces(texts: string[], around: string[], say: Say): Generator<Way> {
  const said = texts.map(say);
  if (said.every((text, index) => text === texts[index])) return;
  yield { said: joined(around.flatMap((mark, index) => [mark, said[index] ?? ''])), worth: 'less-is-better' };
}

function filled({ said }: Phrase, gaps: ReadonlyMap<number, string>, say: Say, worth: Way['worth']): Way {
  const texts = said.literals.flatMap((literal, index) => {
    const gap = gaps.get(said.holes[index] ?? Number.NaN);
    return gap === undefined ? [literal] : [literal, say(gap)];
  });
  return { said: joined(texts), worth };
}

const hasWords = (text: string) => /[A-Za-z]{2}/.test(text);

/** Words that are still English: flags, paths, units and names with their versions are none. */
function englishIn(text: string): number {
  const words = text.match(/(?<![\w./:=~-])[a-z]{2,}(?![\w./:=-]| \d)/g) ?? [];
  return words.filter((word) => !sameInBoth.has(word)).length;
}

/** Units and names, in either language. */
const sameInBoth = new Set(['min', 'ms', 'token', 'pid', 'preflight', 'hybrid']);
