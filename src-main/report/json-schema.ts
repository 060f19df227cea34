import { z } from 'zod';
import { unavailableSchema } from '../contract/evidence.js';
import { gpuDetailSchema, gpuSchema, hostSchema, machineSchema } from '../contract/machine.js';
import { pointSchema, probeSchema } from '../contract/probe.js';
import {
  partSchema,
  phaseSchema,
  predictionSchema,
  reportSchema,
  verdictSchema,
} from '../contract/report.js';
import { targetSchema } from '../contract/target.js';

/** Parts that get a definition of their own, under this name. */
const named = {
  Unavailable: unavailableSchema,
  Machine: machineSchema,
  Gpu: gpuSchema,
  GpuDetail: gpuDetailSchema,
  Host: hostSchema,
  Target: targetSchema,
  Probe: probeSchema,
  Point: pointSchema,
  Prediction: predictionSchema,
  Phase: phaseSchema,
  Part: partSchema,
  Verdict: verdictSchema,
};

/**
 * The text of `report.schema.json`: reports as they are written, for those who read them by other programs. Made from the
 * schema in the contract; `npm run schema` writes it.
 */
export function reportJsonSchema(): string {
  const metadata = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) metadata.add(schema, { id });
  const schema = z.toJSONSchema(reportSchema, { io: 'output', metadata });
  const about = {
    title: 'Report of Preflight for Open-Sora',
    description:
      'Bytes and seconds are plain numbers. A value that could not be read is {"unavailable": reason}, never 0 and never absent.',
  };
  return `${JSON.stringify({ ...schema, ...about }, null, 2)}\n`;
}
