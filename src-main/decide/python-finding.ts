import { isUnavailable } from '../contract/evidence.js';
import type { Python } from '../contract/machine.js';
import type { Target } from '../contract/target.js';
import { type DecideInput, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';
import { type PythonRequirement, pythonRequirements } from './python-requirements.js';
import { meets } from './python-version.js';

export interface PythonSuits {
  /** Whether everything that the version needs is there in the version that it asks for. */
  ok: boolean;
  /** What is amiss, each in a few words, e.g. `torch 2.5.1, not ==2.4.0`. */
  problems: string[];
  /** What is there and suits, e.g. `torch 2.4.0+cu121`. */
  suitable: string[];
}

/** Whether an environment has what this version of Open-Sora asks for. */
export function pythonSuits(model: Target['model'], python: Pick<Python, 'packages'>): PythonSuits {
  const judged = pythonRequirements[model].map((requirement) => judge(requirement, python.packages));
  const problems = judged.flatMap(({ problem }) => problem ?? []);
  return { ok: problems.length === 0, problems, suitable: judged.flatMap(({ suits }) => suits ?? []) };
}

function judge(
  { package: name, version, without }: PythonRequirement,
  packages: Python['packages'],
): { problem?: string; suits?: string } {
  const found = packages[name] ?? { unavailable: 'not looked for' };
  const wanted = version === '' ? '' : ` (upstream asks for ${name}${version})`;
  if (isUnavailable(found))
    return { problem: `${name}: ${found.unavailable}${wanted}${without ? `; ${without}` : ''}` };
  const met = meets(found, version);
  if (met === true) return { suits: `${name} ${found}` };
  if (met === false) return { problem: `${name} ${found}, not ${version}` };
  return { problem: `${name} ${found}, which cannot be held against ${version}` };
}

/** The environment that was named: another than the run's may be meant, so that it never stands against a go. */
export function pythonFinding(input: DecideInput): Finding {
  const id = 'python';
  const { python } = input.machine.host;
  const { model } = input.target;
  if (!judgesThisMachine(input)) {
    const text = `Whether Python there has what Open-Sora ${model} asks for was not looked at`;
    return finding(id, 'not-tested', 'go', text, 'published');
  }
  if (isUnavailable(python)) {
    const text = `Whether Python has what Open-Sora ${model} asks for was not looked at: ${python.unavailable}`;
    return finding(id, 'not-tested', 'go', text, 'published');
  }
  const { ok, problems, suitable } = pythonSuits(model, python);
  const what = ok ? suitable.join(', ') : problems.join('; ');
  const text = `${ok ? 'What' : 'Not all that'} Open-Sora ${model} asks for is in ${python.path}: ${what}`;
  return finding(id, ok ? 'pass' : 'look', 'go', text, 'published');
}
