/** A value to write as Python. A number is an int; a float is `code`, so that upstream reads the type it expects. */
export type PythonItem =
  | null
  | boolean
  | number
  | string
  | readonly PythonItem[]
  | { tuple: readonly PythonItem[] }
  | { dict: Record<string, PythonItem | undefined> }
  | { pairs: readonly (readonly [string | number, PythonItem])[] }
  | { code: string };

/** A float with six significant digits. */
export function float(value: number): PythonItem {
  const text = String(Number(value.toPrecision(6)));
  return { code: /[.e]/.test(text) ? text : `${text}.0` };
}

/** `name = value`, a dict over several lines. */
export function assignment(name: string, value: PythonItem): string {
  return `${name} = ${pythonText(value)}`;
}

/** A comment of one line, whatever the text holds. */
export function comment(text: string): string {
  return `# ${text.replace(/\s+/g, ' ').trim()}`;
}

export function pythonText(value: PythonItem, indent = ''): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  // JSON's escapes are Python's.
  if (typeof value === 'string') return JSON.stringify(value);
  if ('code' in value) return value.code;
  if ('tuple' in value) return `(${inline(value.tuple)}${value.tuple.length === 1 ? ',' : ''})`;
  const inner = `${indent}    `;
  if ('dict' in value) {
    const set = Object.entries(value.dict).filter(([, item]) => item !== undefined);
    const lines = set.map(([key, item]) => `${inner}${key}=${pythonText(item!, inner)},\n`);
    return `dict(\n${lines.join('')}${indent})`;
  }
  if ('pairs' in value) {
    const lines = value.pairs.map(
      ([key, item]) => `${inner}${pythonText(key)}: ${pythonText(item, inner)},\n`,
    );
    return `{\n${lines.join('')}${indent}}`;
  }
  return `[${inline(value)}]`;
}

function inline(items: readonly PythonItem[]): string {
  return items.map((item) => pythonText(item)).join(', ');
}
