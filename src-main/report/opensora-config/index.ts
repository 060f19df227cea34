import { editedNote } from '../../../src-renderer/report/words.js';
import { printableText } from '../../contract/printable.js';
import type { Report } from '../../contract/report.js';
import type { Target } from '../../contract/target.js';
import { flagOf, type TargetFlags } from '../../contract/target-flags.js';
import type { ConfigDraft } from './config-draft.js';
import { flagsBeside, launchLine, launchNotes } from './launch.js';
import { assignment, comment } from './python-text.js';
import { settledTarget } from './settled-target.js';
import { v1Inference } from './v1-infer.js';
import { v1Training } from './v1-train.js';
import { v2Inference } from './v2-infer.js';
import { v2Training } from './v2-train.js';

export interface OpenSoraConfig {
  text: string;
  /** What `preflight plan --config` must be given beside it to judge the same run. */
  beside: Partial<TargetFlags>;
}

/**
 * An Open-Sora config of the report's run with the recommended settings, or as asked where there are none: a whole file
 * for v1.x, on top of a published one for v2.0. What upstream cannot take is a comment.
 *
 * @throws UsageError where the version has no name for a bucket
 */
export function renderOpenSoraConfig(report: Report): OpenSoraConfig {
  const target = settledTarget(report);
  const draft = draftFor(report, target);
  const beside = flagsBeside(target, draft);
  const lines = [
    ...heading(report, target, draft, beside).map((line) => comment(printableText(line))),
    '',
    ...Object.entries(draft.values).map(([name, value]) => assignment(name, value)),
  ];
  return { text: `${lines.join('\n')}\n`, beside };
}

/** The config of a run with the report's card. @throws UsageError where the version has no name for a bucket */
export function draftFor(report: Pick<Report, 'verdict' | 'target'>, target: Target): ConfigDraft {
  const draft = draftOf(target);
  return lacksFlashAttention(report) ? withoutFlashAttention(draft) : draft;
}

function draftOf(target: Target): ConfigDraft {
  if (target.model === 'v2.0') return target.task === 'train' ? v2Training(target) : v2Inference(target);
  return target.task === 'train' ? v1Training(target) : v1Inference(target);
}

/** The verdict allows such a card for v1.x alone, on the condition that the config says so: decide/gpu-findings.ts. */
function lacksFlashAttention({ verdict, target }: Pick<Report, 'verdict' | 'target'>): boolean {
  return (
    target.model !== 'v2.0' &&
    verdict.reasons.some(({ id, status }) => id === 'flash-attention' && status === 'look')
  );
}

/** FlashAttention 2 stops with an error on a card before Ampere; without it attention holds its scores. */
function withoutFlashAttention(draft: ConfigDraft): ConfigDraft {
  const { model } = draft.values;
  if (typeof model !== 'object' || model === null || !('dict' in model)) return draft;
  const off = Object.keys(model.dict).filter((name) => /^enable_flash_?attn$/.test(name));
  const dict = { ...model.dict, ...Object.fromEntries(off.map((name) => [name, false])) };
  const note =
    'FlashAttention 2 does not run on this card, so that it is off below; plan --config knows it by the card and takes True alone: turn it on to judge this file again.';
  return { ...draft, values: { ...draft.values, model: { dict } }, notes: [...draft.notes, note] };
}

function heading(report: Report, target: Target, draft: ConfigDraft, beside: Partial<TargetFlags>): string[] {
  const folder = draft.folder ?? 'configs';
  const path = `${folder}/preflight.py`;
  const edited = editedNote(report);
  const asAsked = 'unavailable' in report.recommendation;
  return [
    `Open-Sora ${target.model} ${target.task === 'train' ? 'training' : 'inference'}, written by ${report.tool.name} ${report.tool.version} on ${report.createdAt}.`,
    `Verdict: ${report.verdict.status}. ${report.verdict.headline}`,
    ...(edited === undefined ? [] : [edited]),
    asAsked
      ? 'The settings are those that were asked for: the report recommends no others.'
      : 'The settings are those that the report recommends.',
    ...(draft.folder === undefined ? [] : [`It belongs in ${folder}, beside the file that _base_ names.`]),
    `Launch: ${launchLine(target, path)}`,
    ...launchNotes(target),
    ...draft.notes,
    `Judge it again: preflight plan --config ${path} ${flagText(beside)}`,
  ];
}

function flagText(flags: Partial<TargetFlags>): string {
  return Object.entries(flags)
    .map(([name, value]) => (value === true ? flagOf(name) : `${flagOf(name)} ${value}`))
    .join(' ');
}
