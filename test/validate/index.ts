import { inferenceMemory } from './inference-memory.js';
import { savedActivations } from './saved-activations.js';
import { markdownOf, type Section, scoreOf } from './section.js';
import { times } from './times.js';
import { outOfMemoryReports, trainedConfigurations } from './training-memory.js';

export { markdownOf, scoreOf };

/** Every published figure that we are held against. */
export function sections(): Section[] {
  return [inferenceMemory(), ...times(), savedActivations(), trainedConfigurations(), outOfMemoryReports()];
}

/** All sections as docs/accuracy.md shows them. */
export function validationMarkdown(all: readonly Section[]): string {
  return all.map(markdownOf).join('\n');
}
