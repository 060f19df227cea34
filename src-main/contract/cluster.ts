import { z } from 'zod';
import { reading, secondsSchema } from './evidence.js';
import { verdictStatusSchema } from './report.js';
import { targetSchema } from './target.js';

export const schedulerSchema = z.enum(['slurm', 'k8s']);

/** One node of the cluster, and how its job ended. Nothing that was not measured is qualified. */
export const nodeRowSchema = z.object({
  node: z.string(),
  /** `failed`: its job began and did not end well, or ended with a report that does not qualify. */
  outcome: z.enum(['qualified', 'failed', 'not-reached']),
  why: z.string(),
  job: reading(
    z.object({
      id: z.string(),
      /** Slurm's own word for its last state, such as `NODE_FAIL`. */
      state: z.string(),
      elapsedSeconds: reading(secondsSchema),
    }),
  ),
  /** Of the report, which lies in the folder that is named from the cluster's folder on. */
  report: reading(z.object({ folder: z.string(), verdict: verdictStatusSchema })),
});

/** What `preflight cluster` leaves in its folder: one row a node. */
export const clusterSchema = z.object({
  kind: z.literal('preflight-cluster'),
  schemaVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  tool: z.object({ name: z.string(), version: z.string() }),
  /** The command that makes it again. */
  command: z.string(),
  scheduler: schedulerSchema,
  partition: z.string(),
  /** By this name the scheduler knows the jobs. */
  jobName: z.string(),
  state: z.enum(['complete', 'cancelled']),
  target: targetSchema,
  /** What a config file leaves open, and how it was read. */
  assumptions: z.array(z.string()),
  /** By which rule a node qualifies, in words. */
  rule: z.string(),
  rows: z.array(nodeRowSchema),
  wallSeconds: secondsSchema,
});

export type NodeRow = z.infer<typeof nodeRowSchema>;
export type Cluster = z.infer<typeof clusterSchema>;
