import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src-main/contract/report.js';
import zh from '../../../src-renderer/locales/zh-report.json';
import { withSmallStart } from '../../../src-renderer/report/phrases.js';
import type { Say } from '../../../src-renderer/report/say.js';
import { translator } from '../../../src-renderer/report/translator.js';
import { hostileReport } from '../../fixtures/hostile-report.js';
import { sentencesByHand } from '../../fixtures/report-sentences.js';
import { earlierReports, fixtureReports, plannedReports, shownTexts } from '../../support/report-language.js';
import { labelsOf, literalsOf, sourcesIn, spokenBy } from '../../support/spoken.js';

const say = translator(zh);
const keys = Object.keys(zh);
const rooms = ['machine', 'decide', 'predict', 'probe', 'rehearse'].map((room) => `src-main/${room}`);

/** Commands, what a library prints, and what the operating system says: the same in every language. */
const quoted =
  /`[^`]*`|“[^”]*”|preflight detect --measure|nvidia-smi nvlink --status|ulimit -l unlimited|Failed to load shared library: .*?No such file or directory/g;

/** Three or more English words one after the other. */
function englishIn(text: string): string[] {
  return (
    text.replaceAll(quoted, '').match(/(?<![\w./:=-])[A-Za-z][a-z’']+(?:[ ,]+[a-z’']{2,}){2,}(?![\w./])/g) ??
    []
  );
}

/** Every text of a report's own data, one after the other. */
const dataOf = (report: Report) => JSON.stringify(report).toLowerCase();

let planned: Report[];
beforeAll(async () => {
  planned = await plannedReports();
});

describe('a report on a Chinese page', () => {
  it('has no English sentence, whichever version, task, GPU and machine it is about, and whoever wrote it when', () => {
    const statuses = new Set(planned.map(({ verdict }) => verdict.status));
    expect([...statuses].toSorted()).toEqual(['go', 'go-with-changes', 'inconclusive', 'no-go']);
    for (const report of [...planned, ...earlierReports()])
      expect(shownTexts(report, say).flatMap(englishIn), report.command).toEqual([]);
  });

  it('has none of ours where its notes are not the engine’s', () => {
    for (const report of fixtureReports()) {
      const data = dataOf(report);
      const ours = shownTexts(report, say)
        .flatMap(englishIn)
        .filter((words) => !data.includes(words.toLowerCase()));
      expect(ours).toEqual([]);
    }
  });

  it('shows a hostile report whole', () => {
    const report = hostileReport();
    expect(shownTexts(report, say)).toHaveLength(shownTexts(report, (text) => text).length);
  });

  it('is told from an English one by its words alone', () => {
    const report = planned[0]!;
    expect(shownTexts(report, say).length).toBeGreaterThan(100);
    expect(shownTexts(report, (text) => text)).toEqual(shownTexts(report));
  });
});

describe('the components of a report', () => {
  const labels = sourcesIn('src-renderer/report', 'src-renderer/machine', 'src-renderer/charts').map(
    labelsOf,
  );

  it('say every label, and have Chinese for it', () => {
    const said = labels.flatMap((each) => each.said);
    expect(said.length).toBeGreaterThan(100);
    expect(said.filter((text) => say(text) === text && !sameInBoth.includes(text))).toEqual([]);
    expect(labels.flatMap(({ bare }) => bare)).toEqual(['Preflight for Open-Sora']);
  });
});

/** What stands in these in place of the figure is said; the rest is the same in both languages. */
const sameInBoth = ['Open-Sora 7, 7', 'between 7', 'GPU 7: 7', '7 GiB'];

describe('the engine', () => {
  it('has no sentence for a report that cannot be said in Chinese', () => {
    const sentences = sourcesIn(...rooms).flatMap(spokenBy);
    expect(sentences.length).toBeGreaterThan(400);
    const typed = new Set(inNoReport);
    const unsaid = sentences.filter((text) => !typed.has(text) && leftIn(say(text)));
    expect(unsaid).toEqual([]);
  });

  it('would be caught having one', () => {
    expect(leftIn(say('the fans of this card stand still'))).toBe(true);
  });
});

/** What the command line says where it refuses, and the prompt of a made-up video: no report has them. */
const inNoReport = [
  'no step of a bucket that is predicted was timed',
  'it is too small to be held against what was expected',
  'NVML was not read',
  'a red kite over the sea',
  '7: this machine has an NVIDIA GPU (7), but CUDA cannot use it. Missing: 7.',
  'npm ci',
  'pip install 7',
  'then run again with that Python environment active, or with --cuda-libs DIR naming it',
  'ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install.js',
  'tokens of a frame at 7',
];

/** Two English words one after the other. */
const leftIn = (text: string) => /(?<![\w./:=-])[A-Za-z]{2,} [a-z]{2,}/.test(text.replaceAll(quoted, ''));

describe('the catalogue of sentences', () => {
  const placeholders = (text: string) =>
    [...text.matchAll(/\{(\d+)#?\}/g)].map(([, number]) => number).toSorted();

  it('has the same placeholders on both sides, each once, in order, apart, and no empty text', () => {
    for (const [key, translation] of Object.entries(zh)) {
      expect(translation.trim(), key).not.toBe('');
      expect(placeholders(translation), key).toEqual(placeholders(key));
      expect(placeholders(key), key).toEqual(placeholders(key).map((_, index) => String(index)));
      expect(key, key).not.toMatch(/\}\{/);
    }
  });

  it('has each sentence once, whatever its first letter', () => {
    expect(new Set(keys.map(withSmallStart)).size).toBe(keys.length);
  });

  it('has Chinese marks in Chinese sentences', () => {
    for (const translation of Object.values(zh))
      expect(translation).not.toMatch(/[\u4e00-\u9fff][,;:!?]|[,;:] ?[\u4e00-\u9fff]/);
  });

  it('has no sentence that nothing says', () => {
    const used = new Set<string>();
    const mark = marking(used);
    for (const report of [...planned, ...earlierReports(), ...fixtureReports()]) shownTexts(report, mark);
    for (const text of [...sourcesIn(...rooms).flatMap(spokenBy), ...sentencesByHand]) mark(text);
    const literals = sourcesIn('src-main', 'src-renderer', 'models').flatMap(literalsOf);
    const whole = new Set(literals.map(withSmallStart));
    const inSources = (key: string) =>
      whole.has(withSmallStart(key)) ||
      (/\{0#?\}/.test(key) &&
        key.split(/\{\d+#?\}/).some((piece) => piece.trim().length >= 8) &&
        key.split(/\{\d+#?\}/).every((piece) => literals.some((literal) => literal.includes(piece.trim()))));
    expect(keys.filter((key) => !used.has(key) && !inSources(key))).toEqual([]);
  });
});

/** Says texts by a catalogue whose translations carry their own numbers, and notes which were used. */
function marking(used: Set<string>): Say {
  const numbered = translator(
    Object.fromEntries(
      Object.entries(zh).map(([key, text], index) => [key, text + String.fromCharCode(0xe000 + index)]),
    ),
  );
  return (text) => {
    for (const [mark] of numbered(text).matchAll(/[\ue000-\uf8ff]/g))
      used.add(keys[mark.charCodeAt(0) - 0xe000]!);
    return text;
  };
}
