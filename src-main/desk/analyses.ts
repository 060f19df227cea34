import { setImmediate } from 'node:timers/promises';
import { analyseBlock } from '../../models/blocks/analyse.js';
import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import { modelVersion } from '../../models/catalog/index.js';
import { UsageError } from '../contract/usage-error.js';
import { type Analyse, remembered } from '../predict/analyser.js';
import { Refusal } from './refusal.js';

/** Of some hundred bytes each: every shape that the pages of a day ask for. */
const mostRemembered = 5000;

/** What the graphs say of shapes, remembered for all pages. */
export class Analyses {
  readonly analyse: Analyse = remembered(analyseBlock, mostRemembered);

  /**
   * In the shapes' order. Between two of them others have their turn: a graph takes some 10 ms.
   * @param signal ends it: whoever asked has gone
   * @throws UsageError for a block that the version has not
   */
  async of(shapes: readonly BlockShape[], signal?: AbortSignal): Promise<BlockAnalysis[]> {
    for (const { model, block } of shapes) {
      const kinds = Object.keys(modelVersion(model).depth);
      if (!kinds.includes(block))
        throw new UsageError(`shapes: ${model} has ${kinds.join(' and ')} blocks, and no ${block}`);
    }
    const answers: BlockAnalysis[] = [];
    for (const shape of shapes) {
      if (signal?.aborted) throw new Refusal('the page that asked has gone');
      answers.push(this.analyse(shape));
      await setImmediate();
    }
    return answers;
  }
}
