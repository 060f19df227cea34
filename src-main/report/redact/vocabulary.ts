import { z } from 'zod';
import { reportSchema } from '../../contract/report.js';

/** Words that the schema itself has, so that they tell nothing of anybody: values of enums, and names of fields. */
export interface Vocabulary {
  values: ReadonlySet<string>;
  keys: ReadonlySet<string>;
}

let made: Vocabulary | undefined;

/** Of a report's schema, as it grows. */
export function vocabulary(): Vocabulary {
  made ??= read(z.toJSONSchema(reportSchema));
  return made;
}

function read(schema: unknown): Vocabulary {
  const values = new Set<string>();
  const keys = new Set<string>();
  const walk = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return;
    const { const: one, enum: several, properties } = at as Record<string, unknown>;
    for (const value of [one, ...(Array.isArray(several) ? several : [])])
      if (typeof value === 'string') values.add(value);
    if (typeof properties === 'object' && properties !== null)
      for (const key of Object.keys(properties)) keys.add(key);
    for (const child of Object.values(at)) walk(child);
  };
  walk(schema);
  return { values, keys };
}
