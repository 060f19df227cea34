import type { Line } from '../report/machine-words.js';
import { useSay } from '../report/say.js';

/** What is missing, grouped by its reason, so that forty readings take a line and not a wall. */
export function UnreadList({ title, lines }: { title: string; lines: readonly Line[] }) {
  const say = useSay();
  if (lines.length === 0) return null;
  return (
    <div className="unread">
      <h3>{say(title)}</h3>
      <dl>
        {lines.map(([reason, names]) => (
          <div key={reason}>
            <dt>{say(reason)}</dt>
            <dd>{say(names)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
