import { z } from 'zod';
import { bytesSchema, secondsSchema } from '../../contract/evidence.js';

const peaks = { allocated: bytesSchema.nullable(), reserved: bytesSchema.nullable() };
const rank = z.number().int().nonnegative();

/** What look.py says of a Python. */
export const lookSchema = z.object({
  python: z.string(),
  /** Modules that did not load, and why. */
  failed: z.record(z.string(), z.string()),
  torch: z.string().nullable(),
  gpus: z.number().int().nonnegative(),
});

/** What prepare.py says: weights that the config names and that are not here. */
export const preparedSchema = z.object({ missing: z.array(z.string()) });

/** What rank.py says of a rank, in this order. */
export const rankSchema = z.discriminatedUnion('said', [
  z.object({ rank, said: z.literal('training'), torch: z.string() }),
  z.object({ rank, said: z.literal('step'), step: z.number().int().positive(), seconds: secondsSchema }),
  z.object({ rank, said: z.literal('done'), ...peaks }),
  z.object({ rank, said: z.literal('failed'), error: z.string(), message: z.string(), ...peaks }),
  /** The script came to its end before the steps were done. */
  z.object({ rank, said: z.literal('ended') }),
]);

export type Look = z.infer<typeof lookSchema>;
export type RankMessage = z.infer<typeof rankSchema>;

const mark = '@preflight ';

/** What one of our scripts said in a line of output; undefined for what others write there. */
export function messageIn<T>(line: string, schema: z.ZodType<T>): T | undefined {
  if (!line.startsWith(mark)) return undefined;
  try {
    return schema.safeParse(JSON.parse(line.slice(mark.length))).data;
  } catch {
    return undefined;
  }
}
