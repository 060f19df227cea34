import type { Cluster, NodeRow } from '../../contract/cluster.js';
import { isUnavailable } from '../../contract/evidence.js';
import { formatDate, formatSeconds } from '../../contract/format.js';
import { printable } from '../../contract/printable.js';
import { clusterTargetLine, countsLine, outcomeWords } from './counts.js';

/** The table of the nodes as Markdown, for an issue or a chat. */
export function clusterMarkdown(cluster: Cluster): string {
  const shown = printable(cluster);
  const { createdAt, wallSeconds, command, assumptions } = shown;
  return `# ${plain(countsLine(shown))}

${plain(clusterTargetLine(shown))}. A node qualifies where ${plain(shown.rule)}.

| node | result | why | job | report |
|---|---|---|---|---|
${shown.rows.map(line).join('\n')}
${assumptions.map((text) => `\nAssumed: ${plain(text)}\n`).join('')}
${formatDate(createdAt)}, ${formatSeconds(wallSeconds)}, ${plain(`${shown.tool.name} ${shown.tool.version}`)}:
${plain(command)}
`;
}

function line({ node, outcome, why, job, report }: NodeRow): string {
  const ran = isUnavailable(job)
    ? '–'
    : `${job.id} ${job.state}${isUnavailable(job.elapsedSeconds) ? '' : `, ${formatSeconds(job.elapsedSeconds)}`}`;
  const cells = [node, outcomeWords[outcome], why, ran, isUnavailable(report) ? '–' : report.folder];
  return `| ${cells.map(plain).join(' | ')} |`;
}

/** Text that Markdown, and HTML within it, take for nothing but text; on one line. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~]/g, '\\$&')
    .replaceAll('&', '&amp;');
}
