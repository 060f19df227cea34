import type { ReactNode } from 'react';
import { type Evidence, isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { gib } from '../../src-main/contract/format.js';
import { type Say, useSay } from './say.js';

/** Where a figure comes from. */
export function EvidenceTag({ evidence }: { evidence: Evidence }) {
  return <span className="tag">{useSay()(evidence)}</span>;
}

/** Text is said; what is more than text says its own. */
function saidNode(say: Say, node: ReactNode): ReactNode {
  return typeof node === 'string' ? say(node) : node;
}

/** One card of the report. */
export function Section(props: { id: string; title: string; aside?: ReactNode; children: ReactNode }) {
  const say = useSay();
  return (
    <section className="card" aria-labelledby={props.id}>
      <header>
        <h2 id={props.id}>{say(props.title)}</h2>
        {props.aside && <p className="aside">{saidNode(say, props.aside)}</p>}
      </header>
      {props.children}
    </section>
  );
}

/** A table that may be wider than the page, or longer where it is `tall`; it scrolls on its own, by keyboard too. */
export function WideTable(props: { label: string; tall?: boolean; children: ReactNode }) {
  const { label, tall, children } = props;
  const say = useSay();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={tall ? 'wide tall' : 'wide'} aria-label={say(label)} tabIndex={0}>
      {children}
    </section>
  );
}

/** A reading, or a dash and why there is none. */
export function Value<T>({ of, children }: { of: Reading<T>; children: (value: T) => ReactNode }) {
  const say = useSay();
  if (!isUnavailable(of)) return <>{children(of as T)}</>;
  return (
    <span className="missing">
      – <small>{say(of.unavailable)}</small>
    </span>
  );
}

/** What is left in GiB, for a column; what is missing has a minus and stands out. Null where it is not known. */
export function LeftOver({ bytes }: { bytes: number | null }) {
  if (bytes === null) return <span className="missing">–</span>;
  return (
    <span className={bytes < 0 ? 'bad' : ''}>{`${bytes < 0 ? '−' : ''}${gib(Math.abs(bytes), 2)}`}</span>
  );
}

/** Names and values side by side. */
export function Facts({ facts }: { facts: (readonly [name: string, value: ReactNode])[] }) {
  const say = useSay();
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{say(name)}</dt>
          <dd>{saidNode(say, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
