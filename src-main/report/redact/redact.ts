import type { Replacement } from '../../contract/export.js';
import type { Report } from '../../contract/report.js';
import { seal } from '../digest.js';
import { pathsOfCommand, redactCommand } from './command.js';
import { type SecretKind, secretKind } from './fields.js';
import { usersIn } from './patterns.js';
import { type Secret, scrubber } from './scrub.js';
import { StandIns } from './stand-ins.js';
import { vocabulary } from './vocabulary.js';

/** What is secret where the redaction is done, and may stand in a report without a field that says so. */
export interface LocalNames {
  hosts: readonly string[];
  users: readonly string[];
  paths: readonly string[];
}

export interface Redaction {
  report: Report;
  replaced: Replacement[];
}

/** Fields that hold a command as it was typed, or started. */
const commandFields = ['command', 'rehearsal.upstream.command'];
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A report without the names of hosts, people and other people's processes, without paths, UUIDs, addresses and serial
 * numbers: each is replaced by a stand-in, the same one wherever it occurs. Models, versions, sizes and figures stay.
 *
 * @param local what to look for beside what the report itself names
 */
export function redact(report: Report, local: LocalNames): Redaction {
  const standIns = new StandIns();
  const secrets = secretsOf(report, local);
  const scrub = scrubber(secrets, standIns);
  const path = (text: string) => scrub(standIns.of('path', text));
  const replaced: Replacement[] = [];
  const { values, keys } = vocabulary();

  const redactText = (text: string, at: Path): string => {
    const kind = secretKind(at);
    if (kind === 'path') return path(text);
    if (kind !== undefined) return standIns.of(kind, text);
    const field = at.join('.');
    if (commandFields.includes(field)) return redactCommand(text, path, scrub);
    if (field === 'digest' || values.has(text) || (field === 'id' && uuid.test(text))) return text;
    return scrub(text);
  };
  const walk = (value: unknown, at: Path): unknown => {
    if (typeof value === 'string') {
      const to = redactText(value, at);
      if (to !== value) replaced.push({ field: at.join('.'), from: value, to });
      return to;
    }
    if (Array.isArray(value)) return value.map((child, index) => walk(child, [...at, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        const name = keys.has(key) || values.has(key) ? key : scrub(key);
        return [name, walk(child, [...at, key])];
      }),
    );
  };
  const content = walk(report, []) as Report;
  return { report: seal({ ...content, redacted: true }), replaced };
}

type Path = readonly (string | number)[];

/** What the report's own fields, command and texts name, and what is known here. */
function secretsOf(report: Report, local: LocalNames): Secret[] {
  const secrets: Secret[] = [];
  const add = (kind: SecretKind, texts: readonly string[]) => {
    for (const text of texts) secrets.push(...(kind === 'host' ? hostNames(text) : [{ kind, text }]));
  };
  const walk = (value: unknown, at: Path): void => {
    if (typeof value === 'string') {
      add('user', usersIn(value));
      const kind = secretKind(at);
      if (kind !== undefined) add(kind, [value]);
    } else if (Array.isArray(value)) value.forEach((child, index) => void walk(child, [...at, index]));
    else if (typeof value === 'object' && value !== null)
      for (const [key, child] of Object.entries(value)) walk(child, [...at, key]);
  };
  add('host', local.hosts);
  add('user', local.users);
  walk(report, []);
  // A folder as short as `.` would be found in every sentence.
  add(
    'path',
    [...local.paths, ...pathsOfCommand(report.command)].filter((path) => /[^./\\~]/.test(path)),
  );
  // A host that is called as its GPU is, `h100`, is replaced where it stands as a host: elsewhere it is the model.
  const models = new Set(report.machine.gpus.flatMap(({ name }) => name.toLowerCase().split(/[\s-]+/)));
  return secrets.filter(({ text }) => !models.has(text.toLowerCase()));
}

/** A host's whole name, its first label, and its domain where it has one of its own. */
function hostNames(host: string): Secret[] {
  const [first, ...domain] = host.split('.');
  const names: Secret[] = [{ kind: 'host', text: host }];
  if (domain.length > 0) names.push({ kind: 'host', text: first!, of: host });
  if (domain.length > 1) names.push({ kind: 'domain', text: domain.join('.') });
  return names;
}
