import { formatCount, formatPercent } from '../../src-main/contract/format.js';
import { notTestedLines } from '../../src-main/contract/not-tested.js';
import type { Report } from '../../src-main/contract/report.js';
import type { Target } from '../../src-main/contract/target.js';
import { Facts, Section } from './bits.js';
import { useSay } from './say.js';
import { blockName } from './series.js';
import { Shape } from './status.js';
import { integrityWords } from './words.js';

/** The run that was judged, in full. */
export function TargetSection({ report: { target } }: { report: Report }) {
  const say = useSay();
  return (
    <Section id="target" title="Target" aside={`Open-Sora ${target.model}, ${target.task}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('Bucket')}</th>
            {['pixels', 'frames', 'latent frames', 'spatial tokens', 'micro-batch', 'share of steps'].map(
              (name) => (
                <th scope="col" className="figure" key={name}>
                  {say(name)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {target.buckets.map((bucket) => (
            <tr key={`${bucket.resolution}/${bucket.aspect}/${bucket.frames}/${bucket.batch}`}>
              <th scope="row">
                {bucket.resolution} {bucket.aspect}
              </th>
              <td className="figure">
                {bucket.width} × {bucket.height}
              </td>
              <td className="figure">{bucket.frames}</td>
              <td className="figure">{bucket.latentFrames}</td>
              <td className="figure">{formatCount(bucket.spatialTokens)}</td>
              <td className="figure">{bucket.batch}</td>
              <td className="figure">{formatPercent(bucket.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Facts
        facts={[
          ['Precision', target.dtype],
          [
            'GPUs',
            target.nodes > 1 ? `${target.gpuCount} on ${target.nodes} nodes` : String(target.gpuCount),
          ],
          ['Effective batch', `${target.effectiveBatch}, accumulation ${target.accumulation}`],
          ['Plugin', target.plugin],
          ['Sequence, tensor parallel', `${target.sequenceParallel}, ${target.tensorParallel}`],
          ...(target.task === 'train' ? trainingFacts(target) : []),
          ...(target.ae === null ? [] : [['Autoencoder', target.ae] as const]),
          ['VAE', target.vaeTiling ? 'in its smallest pieces' : 'as the version has it'],
          ...(target.task === 'infer'
            ? [['Denoising steps', formatCount(target.samplingSteps)] as const]
            : []),
          ...(target.nodes > 1 ? [['Network of a node', networkOf(target)] as const] : []),
        ]}
      />
    </Section>
  );
}

function trainingFacts(target: Target): [string, string][] {
  const checkpointed = Object.entries(target.checkpointedBlocks)
    .filter(([, count]) => count > 0)
    .map(
      ([block, count]) => `${count} × ${blockName(block as Parameters<typeof blockName>[0]).toLowerCase()}`,
    );
  const where = target.offload ? ', in host memory' : '';
  return [
    ['Activation checkpointing', checkpointed.length > 0 ? `${checkpointed.join(', ')}${where}` : 'none'],
    ['Cached', cached(target)],
    ['EMA', target.ema ? 'on' : 'off'],
    ['Trained', target.loraRank === null ? 'all weights' : `a LoRA of rank ${target.loraRank}`],
    ['Data loader workers of a rank', String(target.dataWorkers)],
  ];
}

function networkOf({ interNodeGbps }: Target): string {
  return interNodeGbps === null ? 'not given' : `${formatCount(interNodeGbps)} Gbit/s`;
}

function cached(target: Target): string {
  const parts = [...(target.cachedText ? ['text'] : []), ...(target.cachedVideo ? ['video'] : [])];
  return parts.length > 0 ? parts.join(' and ') : 'nothing';
}

/** What the verdict does not rest on. */
export function NotTestedSection({ report }: { report: Report }) {
  const say = useSay();
  return (
    <Section id="not-tested" title="What was not tested">
      <ul className="rows">
        {notTestedLines(report).map((text) => (
          <li key={text}>
            <span className="status none">
              <Shape mark="none" />
            </span>
            <span>{say(text)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What a config file left open, and how it was read. */
export function AssumptionsSection({ report: { assumptions } }: { report: Report }) {
  const say = useSay();
  if (assumptions.length === 0) return null;
  return (
    <Section id="assumptions" title="What was assumed">
      <ul className="rows plain">
        {assumptions.map((text) => (
          <li key={text}>{say(text)}</li>
        ))}
      </ul>
    </Section>
  );
}

/** The command that makes this report again. */
export function ReproduceSection({ report }: { report: Report }) {
  const say = useSay();
  const { tool, id, schemaVersion, device } = report;
  const line = `${tool.name} ${tool.version}, report ${id}, schema version ${schemaVersion}, asked for device ${device.asked}, used ${device.used}; ${integrityWords(report)}.`;
  return (
    <Section id="reproduce" title="How to reproduce">
      <pre>{report.command}</pre>
      <p className="quiet">{say(line)}</p>
    </Section>
  );
}
