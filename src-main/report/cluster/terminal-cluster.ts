import type { Mark } from '../../../src-renderer/report/words.js';
import type { Cluster, NodeRow } from '../../contract/cluster.js';
import { printable } from '../../contract/printable.js';
import { glyphs, painter, type TerminalOptions, tones } from '../terminal-style.js';
import { cellsOf, hanging, toWidth } from '../text-layout.js';
import { clusterTargetLine, countsLine, outcomeWords } from './counts.js';

const marks: Record<NodeRow['outcome'], Mark> = { qualified: 'pass', failed: 'fail', 'not-reached': 'none' };
/** Longer names are cut in the table; the files have them whole. */
const widestName = 24;

/** One table of the nodes, in lines that fit the width. */
export function renderCluster(cluster: Cluster, { color, width }: TerminalOptions): string {
  const shown = printable(cluster);
  const paint = painter(color);
  const nameWidth = Math.min(widestName, Math.max(4, ...shown.rows.map(({ node }) => cellsOf(node))));
  const outcomeWidth = 2 + Math.max(...Object.values(outcomeWords).map((word) => word.length));
  const head = `${toWidth('Node', nameWidth)}  ${toWidth('Result', outcomeWidth)}  Why`;
  const lines = [
    ...hanging('', countsLine(shown), width, (text) => text).map((line) => paint(line, 'bold')),
    ...hanging('Run   ', clusterTargetLine(shown), width),
    ...hanging('Rule  ', `A node qualifies where ${shown.rule}.`, width),
    '',
    paint(head, 'dim'),
    ...shown.rows.flatMap(({ node, outcome, why }) => {
      const mark = marks[outcome];
      const result = toWidth(`${glyphs[mark]} ${outcomeWords[outcome]}`, outcomeWidth);
      return hanging(`${toWidth(node, nameWidth)}  ${result}  `, why, width, (label) =>
        paint(label, tones[mark]),
      );
    }),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
