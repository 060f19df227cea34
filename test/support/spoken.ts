import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'vite';

/** Functions whose texts a report shows. */
const speakers = new Set([
  'finding',
  'passed',
  'look',
  'failed',
  'notTested',
  'unavailable',
  'rangedPart',
  'counted',
  'timePart',
]);
/** Properties that do. */
const spoken = new Set(['unavailable', 'reason', 'text', 'action', 'note', 'name', 'cause']);
/** More ways to fill a template than these are not all tried. */
const mostWays = 48;

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

interface Constant {
  name: string;
  init: Node;
}

/**
 * Every sentence that a source file can put into a report: texts given to those functions and properties, each way that a
 * condition in them can turn, a figure where something stands that is not known here.
 */
export function spokenBy(file: string): string[] {
  const program = parsed(file);
  const constants: Constant[] = [];
  new Visitor({
    VariableDeclarator({ id, init }) {
      const empty = init?.type === 'Literal' && init.value === '';
      if (id.type === 'Identifier' && init && !empty)
        constants.push({ name: id.name, init: init as unknown as Node });
    },
  }).visit(program);
  const found = new Set<string>();
  const add = (node: Node) => {
    for (const text of waysOf(node, constants, 0))
      if (/^[^\s,;].*[A-Za-z]{2,} [a-z]{2,}/.test(text)) found.add(text);
  };
  new Visitor({
    CallExpression({ callee, arguments: given }) {
      if (callee.type !== 'Identifier' || !speakers.has(callee.name)) return;
      for (const argument of given) add(argument as unknown as Node);
    },
    ReturnStatement({ argument }) {
      if (argument) add(argument as unknown as Node);
    },
    ArrowFunctionExpression({ body }) {
      add(body as unknown as Node);
    },
    ArrayExpression({ elements }) {
      for (const element of elements) if (element) add(element as unknown as Node);
    },
    Property({ key, value }) {
      if (key.type === 'Identifier' && spoken.has(key.name)) add(value as unknown as Node);
    },
  }).visit(program);
  return [...found];
}

function waysOf(node: Node, constants: readonly Constant[], depth: number): string[] {
  if (depth > 6) return ['7'];
  const inner = (each: unknown) => waysOf(each as Node, constants, depth + 1);
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : ['7'];
  if (node.type === 'ConditionalExpression') return [...inner(node.consequent), ...inner(node.alternate)];
  if (node.type === 'LogicalExpression') return [...inner(node.left), ...inner(node.right)];
  if (node.type === 'ParenthesizedExpression' || node.type === 'TSAsExpression')
    return inner(node.expression);
  if (node.type === 'Identifier') {
    // The nearest before it: names come again from function to function.
    const init = constants.findLast(({ name, init }) => name === node.name && init.start < node.start)?.init;
    const texts = /^(Literal|TemplateLiteral|ConditionalExpression)$/;
    return init !== undefined && texts.test(init.type) ? waysOf(init, constants, depth + 1) : ['7'];
  }
  if (node.type !== 'TemplateLiteral') return ['7'];
  const quasis = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  const expressions = node.expressions as Node[];
  return quasis.slice(1).reduce(
    (ways, after, index) => {
      const filled = inner(expressions[index]!);
      return ways
        .flatMap((way) =>
          filled.map((text) => way + (text === '7' && isAddition(way, after) ? '' : text) + after),
        )
        .slice(0, mostWays);
    },
    [quasis[0]!],
  );
}

/** What is not known here and stands close to a word or a figure adds to it, or does not. */
function isAddition(before: string, after: string): boolean {
  return (/[\p{L})\d]$/u.test(before) && !before.endsWith('0x')) || (before === '' && /^[a-z]/.test(after));
}

/** TypeScript files under folders of the repository. */
export function sourcesIn(...folders: string[]): string[] {
  const root = join(import.meta.dirname, '..', '..');
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(root, folder, name)),
  );
}

/** All that stands in a source file as text. */
export function literalsOf(file: string): string[] {
  const program = parsed(file);
  const found: string[] = [];
  new Visitor({
    Literal({ value }) {
      if (typeof value === 'string') found.push(value);
    },
    TemplateElement({ value }) {
      found.push(value.cooked ?? '');
    },
    JSXText({ value }) {
      found.push(value.trim());
    },
  }).visit(program);
  return found;
}

function parsed(file: string) {
  return parseSync(file, readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' }).program;
}

/** Texts that a component has between its tags, which nobody says; and its labels, which are said where they are shown. */
export function labelsOf(file: string): { bare: string[]; said: string[] } {
  const bare: string[] = [];
  const said: string[] = [];
  const wordy = (text: string) => /\p{L}{3,}/u.test(text);
  const add = (node: Node) => said.push(...waysOf(node, [], 0).filter(wordy));
  new Visitor({
    JSXText({ value }) {
      if (/\p{Ll}{2,}/u.test(value)) bare.push(value.trim());
    },
    JSXAttribute({ name, value }) {
      if (name.type !== 'JSXIdentifier' || !/^(title|label|name|aside|note|word|aria-label)$/.test(name.name))
        return;
      if (value?.type === 'Literal') add(value as unknown as Node);
      if (value?.type === 'JSXExpressionContainer') add(value.expression as unknown as Node);
    },
    CallExpression({ callee, arguments: given }) {
      if (callee.type === 'Identifier' && callee.name === 'say') add(given[0] as unknown as Node);
    },
  }).visit(parsed(file));
  return { bare, said };
}
