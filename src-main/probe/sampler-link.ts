import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { OwnProcess } from '../machine/own-process.js';
import {
  type SamplerAnswer,
  type SamplerAnswerOf,
  type SamplerRequest,
  samplerAnswerSchema,
} from './sampler-messages.js';

/** The process that samples a GPU, as it is spoken to. Once it has failed, that is the answer to all. */
export interface SamplerLink {
  tell(request: SamplerRequest): void;
  /** The answer, or why there is none; within `deadlineMs`, after which the process is given up. */
  ask<T extends SamplerAnswer['type']>(
    request: Extract<SamplerRequest, { type: T }>,
    deadlineMs: number,
  ): Promise<Reading<SamplerAnswerOf<T>>>;
  /** Ends the process; `reason` is what is answered from now on. */
  fail(reason: string): void;
}

export function linkTo(child: OwnProcess): SamplerLink {
  let failure = '';
  /** In the order in which they were asked, which is that of the answers. */
  const waiting: ((answer: Reading<SamplerAnswer>) => void)[] = [];
  const fail = (reason: string) => {
    if (failure !== '') return;
    failure = reason;
    child.abandon();
    for (const hear of waiting.splice(0)) hear(unavailable(failure));
  };
  child.onMessage((raw) => {
    const parsed = samplerAnswerSchema.safeParse(raw);
    if (parsed.success) waiting.shift()?.(parsed.data);
    else fail('the process that samples NVML sent what is no message of ours');
  });
  child.onExit(({ code, signal }) =>
    fail(
      code === null && signal === null
        ? 'the process that samples NVML could not be started'
        : `NVML ended its process by ${signal ?? `code ${code}`}`,
    ),
  );
  return {
    fail,
    tell(request) {
      if (failure === '') child.send(request);
    },
    ask<T extends SamplerAnswer['type']>(request: Extract<SamplerRequest, { type: T }>, deadlineMs: number) {
      if (failure !== '') return Promise.resolve(unavailable(failure));
      return new Promise<Reading<SamplerAnswerOf<T>>>((resolve) => {
        const late = setTimeout(fail, deadlineMs, `NVML did not answer within ${deadlineMs / 1000} s`);
        waiting.push((answer) => {
          clearTimeout(late);
          if (isUnavailable(answer)) resolve(answer);
          else if (answer.type === (request as SamplerRequest).type) resolve(answer as SamplerAnswerOf<T>);
          else resolve(unavailable(`the process that samples NVML answered ${answer.type}`));
        });
        child.send(request);
      });
    },
  };
}
