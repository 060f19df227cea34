import { z } from 'zod';
import { blockAnalysisSchema, blockShapeSchema } from './block-analysis.js';
import { comparisonSchema } from './comparison.js';
import { bytesSchema } from './evidence.js';
import { exportedSchema, exportFormSchema, replacementSchema } from './export.js';
import { historyEntrySchema } from './history.js';
import { keptReportSchema } from './kept-report.js';
import { lessonSchema } from './lesson.js';
import { gpuSchema, machineSchema } from './machine.js';
import { reportSchema } from './report.js';
import { askedGpuSchema, askedRunSchema, askedTargetSchema } from './run-request.js';
import { runEventSchema, runStateSchema } from './run-state.js';
import { targetSchema } from './target.js';

const nothing = z.strictObject({});

const openedFileSchema = z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(2 ** 20) });

/**
 * What a page may ask of the main side, and what it answers. The preload bridge, the IPC handlers and the messages of the
 * WebSocket derive their types from this map, and the main side checks every question by it.
 */
export const requests = {
  /** The machine as it is now; `measure` times its copies and links as `detect --measure` does. */
  'machine/read': { ask: z.strictObject({ measure: z.boolean() }), answer: machineSchema },
  /** A config or saved target that a person opened: its text is parsed and never run. */
  'target/open': {
    ask: openedFileSchema.extend({
      /** What was opened with it: files that its `_base_` names are looked for here, and nowhere else. */
      beside: z.array(openedFileSchema).max(16).optional(),
    }),
    answer: z.object({ target: targetSchema, assumptions: z.array(z.string()) }),
  },
  /** What the graphs say of shapes, in their order: with it a page predicts by itself, without a round trip. */
  'target/analyse': {
    ask: z.strictObject({ shapes: z.array(blockShapeSchema).min(1).max(200) }),
    answer: z.array(blockAnalysisSchema),
  },
  /** The whole answer for a target without measuring, as `preflight plan`. */
  'target/plan': { ask: askedGpuSchema.extend({ asked: askedTargetSchema }).strict(), answer: reportSchema },
  /** Starts a sweep; refused with the reason while another is under way. */
  'run/start': { ask: askedRunSchema.strict(), answer: z.object({ id: z.string() }) },
  /** Ends it; what was measured is kept and reported. */
  'run/cancel': { ask: z.strictObject({ id: z.string() }), answer: nothing },
  /** The run under way, or the last one since the program was started. */
  'run/state': { ask: nothing, answer: runStateSchema.nullable() },
  /** The reports that are kept, newest first, and the files among them that hold none. */
  'history/list': {
    ask: nothing,
    answer: z.object({
      reports: z.array(historyEntrySchema),
      broken: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
  },
  'history/read': { ask: keptReportSchema, answer: reportSchema },
  /** Keeps a report.json or report.html that a person opened; one that is there already stays as it is. */
  'history/import': {
    ask: z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(16 * 2 ** 20) }),
    answer: z.object({ entry: historyEntrySchema, added: z.boolean() }),
  },
  'history/remove': { ask: keptReportSchema, answer: nothing },
  /** What rehearsals taught, newest first, and the files in their folder that hold no lesson. */
  'lessons/list': {
    ask: nothing,
    answer: z.object({ lessons: z.array(lessonSchema), broken: z.array(z.string()) }),
  },
  /** Forgets all of that: the next predictions rest on the models alone. */
  'lessons/forget': { ask: nothing, answer: nothing },
  /** Each against the first. */
  compare: {
    ask: z.strictObject({ reports: z.array(keptReportSchema).min(2).max(20) }),
    answer: comparisonSchema,
  },
  /** What an export would replace. */
  'export/preview': { ask: keptReportSchema, answer: z.array(replacementSchema) },
  /** A report as a file, redacted unless `reveal`. A browser gets the same at `/api/export/ID?to=FORM`. */
  export: {
    ask: keptReportSchema.extend({ to: exportFormSchema, reveal: z.boolean() }),
    answer: exportedSchema,
  },
} as const;

/** What the main side tells by itself, to whoever listens. */
export const events = {
  /** Twice a second while anybody listens. */
  'machine/live': z.object({
    at: z.iso.datetime(),
    gpus: z.array(gpuSchema),
    hostFreeBytes: bytesSchema,
  }),
  /** The history has changed, whichever program changed it: its list is worth asking again. */
  history: nothing,
  /** A listener first gets the state as it stands, as `started`, where there is a run. */
  run: runEventSchema,
  /** What a person chose in the desktop's menu; a browser has none. */
  menu: z.discriminatedUnion('type', [
    z.object({ type: z.literal('go'), page: z.enum(['machine', 'target', 'run', 'report', 'history']) }),
    z.object({
      type: z.literal('open'),
      kind: z.enum(['report', 'config']),
      files: z.array(z.object({ name: z.string(), text: z.string() })).min(1),
    }),
    z.object({ type: z.literal('export') }),
  ]),
} as const;

export type Requests = typeof requests;
export type Channel = keyof Requests;
export type Ask<C extends Channel> = z.infer<Requests[C]['ask']>;
export type Answer<C extends Channel> = z.infer<Requests[C]['answer']>;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventOf<E extends EventName> = z.infer<Events[E]>;

export type Live = EventOf<'machine/live'>;

export type OpenedFile = z.infer<typeof openedFileSchema>;

export const channelSchema = z.enum(Object.keys(requests) as [Channel, ...Channel[]]);
export const eventNameSchema = z.enum(Object.keys(events) as [EventName, ...EventName[]]);
