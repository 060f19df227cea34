import type { SyntaxNode } from '@lezer/common';
import { numberOf, stringOf } from './python-literals.js';
import { binary } from './python-operators.js';
import {
  isDict,
  type Place,
  type PythonDict,
  type PythonKey,
  type PythonValue,
  Unknown,
} from './python-value.js';

/** Deeper than any config, and far from the end of the stack. */
const deepest = 200;

/** What an expression may look at: the text, and the names assigned before it. */
export interface Scope {
  text: string;
  names: PythonDict;
  place(node: SyntaxNode): Place;
}

/**
 * The value of an expression of literals, displays, `dict(…)`, names, subscripts and arithmetic. Nothing is called:
 * what is beyond is an `Unknown` that says what stands there.
 */
export function evaluate(node: SyntaxNode, scope: Scope, depth = 0): PythonValue {
  const source = () => scope.text.slice(node.from, node.to);
  const unknown = (what = excerpt(source())) => new Unknown(what, scope.place(node));
  if (depth > deepest) return unknown();
  const inside = (child: SyntaxNode) => evaluate(child, scope, depth + 1);
  const parts = childrenOf(node);
  switch (node.name) {
    case 'None':
      return null;
    case 'Boolean':
      return source() === 'True';
    case 'Number':
      return numberOf(source()) ?? unknown();
    case 'String':
      return stringOf(source()) ?? unknown();
    case 'ContinuedString':
      return parts.map(inside).reduce((left, right) => binary('+', left, right) ?? unknown());
    case 'VariableName':
      return scope.names.get(source())?.value ?? (scope.names.has(source()) ? null : unknown());
    case 'ParenthesizedExpression':
      return inside(parts[1]!);
    case 'ArrayExpression':
    case 'TupleExpression':
      return sequence(parts, inside) ?? unknown();
    case 'DictionaryExpression':
      return dictionary(parts, scope, inside) ?? unknown();
    case 'CallExpression':
      return dictCall(parts, scope, inside) ?? unknown();
    case 'UnaryExpression':
      return unary(scope.text.slice(parts[0]!.from, parts[0]!.to), inside(parts[1]!)) ?? unknown();
    case 'BinaryExpression': {
      const operator = scope.text.slice(parts[1]!.from, parts[1]!.to);
      return binary(operator, inside(parts[0]!), inside(parts[2]!)) ?? unknown();
    }
    case 'MemberExpression':
      return subscript(parts, inside) ?? unknown();
    default:
      return unknown();
  }
}

/** Children without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'Comment') children.push(child);
  }
  return children;
}

type Inside = (node: SyntaxNode) => PythonValue;

function sequence(parts: SyntaxNode[], inside: Inside): PythonValue[] | undefined {
  const items = parts.slice(1, -1).filter(({ name }) => name !== ',');
  return items.some(({ name }) => name === '*') ? undefined : items.map(inside);
}

function dictionary(parts: SyntaxNode[], scope: Scope, inside: Inside): PythonDict | undefined {
  const dict: PythonDict = new Map();
  for (let index = 1; index < parts.length - 1; index++) {
    const part = parts[index]!;
    if (part.name === ',') continue;
    if (part.name === '**') {
      const spread = inside(parts[++index]!);
      if (!isDict(spread)) return undefined;
      for (const [key, entry] of spread) dict.set(key, entry);
      continue;
    }
    const key = keyOf(inside(part));
    const value = parts[index + 2];
    if (key === undefined || parts[index + 1]?.name !== ':' || value === undefined) return undefined;
    dict.set(key, { value: inside(value), place: scope.place(part) });
    index += 2;
  }
  return dict;
}

function keyOf(value: PythonValue): PythonKey | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** `dict(a=1, **other)`; any other call is not made. */
function dictCall(parts: SyntaxNode[], scope: Scope, inside: Inside): PythonDict | undefined {
  const [callee, list] = parts;
  const named = callee?.name === 'VariableName' && scope.text.slice(callee.from, callee.to) === 'dict';
  if (!named || list === undefined || scope.names.has('dict')) return undefined;
  const dict: PythonDict = new Map();
  const given = childrenOf(list).slice(1, -1);
  for (let index = 0; index < given.length; index++) {
    const part = given[index]!;
    if (part.name === ',') continue;
    if (part.name === 'VariableName' && given[index + 1]?.name === 'AssignOp') {
      const value = inside(given[index + 2]!);
      dict.set(scope.text.slice(part.from, part.to), { value, place: scope.place(part) });
      index += 2;
      continue;
    }
    const spread = inside(part.name === '**' ? given[++index]! : part);
    if (!isDict(spread)) return undefined;
    for (const [key, entry] of spread) dict.set(key, entry);
  }
  return dict;
}

function unary(operator: string, value: PythonValue): PythonValue | undefined {
  if (operator === 'not' && typeof value === 'boolean') return !value;
  if (typeof value !== 'number') return undefined;
  if (operator === '-') return -value;
  return operator === '+' ? value : undefined;
}

/** `x[0]`, `x["a"]`; an attribute is not looked up. */
function subscript(parts: SyntaxNode[], inside: Inside): PythonValue | undefined {
  const [of, bracket, index] = parts;
  if (bracket?.name !== '[' || parts.length !== 4) return undefined;
  const container = inside(of!);
  const key = inside(index!);
  if (isDict(container)) return keyOf(key) === undefined ? undefined : container.get(keyOf(key)!)?.value;
  if (!Array.isArray(container) || typeof key !== 'number') return undefined;
  return container.at(key);
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
