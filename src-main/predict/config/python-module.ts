import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { UsageError } from '../../contract/usage-error.js';
import { childrenOf, evaluate, type Scope } from './python-expression.js';
import { binary } from './python-operators.js';
import { type Place, type PythonDict, type PythonValue, placeName, Unknown } from './python-value.js';

/**
 * The names that a Python file assigns at its top, as far as they can be told without running it. A name that other
 * code may have changed (in a branch, a loop, by a method) is an `Unknown`.
 *
 * @throws UsageError with the line for text that is no Python.
 */
export function readPython(text: string, file: string): PythonDict {
  const tree = parser.parse(text);
  const lines = lineStarts(text);
  const place = ({ from }: { from: number }): Place => ({ file, line: lineAt(lines, from) });
  tree.iterate({
    enter: (node) => {
      if (!node.type.isError) return;
      const near = text.slice(node.from).split('\n', 1)[0]!.trim().slice(0, 30);
      throw new UsageError(
        `${placeName(place(node))}: that is no whole Python${near ? `, near ${JSON.stringify(near)}` : ''}; correct it there`,
      );
    },
  });
  const scope: Scope = { text, names: new Map(), place };
  for (const statement of childrenOf(tree.topNode)) run(statement, scope);
  return scope.names;
}

function run(statement: SyntaxNode, scope: Scope): void {
  switch (statement.name) {
    case 'StatementGroup':
      for (const part of childrenOf(statement)) run(part, scope);
      return;
    case 'AssignStatement':
      assign(statement, scope);
      return;
    case 'UpdateStatement':
      update(statement, scope);
      return;
    case ';':
    case 'PassStatement':
      return;
    default:
      // Whatever it names it may change.
      forget(statement, scope);
  }
}

/** `a = value`, `a: int = value`, `a = b = value`; the parts of a target such as `a, b` or `a["k"]` become unknown. */
function assign(statement: SyntaxNode, scope: Scope): void {
  const groups: SyntaxNode[][] = [[]];
  for (const part of childrenOf(statement)) {
    if (part.name === 'AssignOp') groups.push([]);
    else if (part.name !== 'TypeDef') groups.at(-1)!.push(part);
  }
  const given = groups.pop()!;
  const values = given.filter(({ name }) => name !== ',').map((node) => evaluate(node, scope));
  const value = given.length === 1 ? values[0]! : values;
  for (const target of groups) {
    const [only] = target;
    if (target.length === 1 && only!.name === 'VariableName') set(only!, value, scope);
    else for (const node of target) forget(node, scope);
  }
}

/** `n += 1` and its like. */
function update(statement: SyntaxNode, scope: Scope): void {
  const [target, operator, given] = childrenOf(statement);
  if (target?.name !== 'VariableName' || operator === undefined || given === undefined) {
    forget(statement, scope);
    return;
  }
  const sign = scope.text.slice(operator.from, operator.to - 1);
  const value = binary(sign, evaluate(target, scope), evaluate(given, scope));
  if (value === undefined) forget(target, scope);
  else set(target, value, scope);
}

function set(name: SyntaxNode, value: PythonValue, scope: Scope): void {
  scope.names.set(scope.text.slice(name.from, name.to), { value, place: scope.place(name) });
}

/** Every name in that code becomes unknown, since only running it would tell. */
function forget(code: SyntaxNode, scope: Scope): void {
  const place = scope.place(code);
  code.cursor().iterate((node) => {
    if (node.name !== 'VariableName') return;
    const what = scope.text.slice(code.from, code.to).split('\n', 1)[0]!.slice(0, 40);
    scope.names.set(scope.text.slice(node.from, node.to), { value: new Unknown(what, place), place });
  });
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
}

/** Line from 1 of an offset, by halving. */
function lineAt(starts: number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
