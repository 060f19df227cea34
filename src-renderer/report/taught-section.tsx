import { isUnavailable } from '../../src-main/contract/evidence.js';
import type { Report } from '../../src-main/contract/report.js';
import { Section } from './bits.js';
import { useSay } from './say.js';
import { taughtSentence } from './taught-words.js';

/** What earlier rehearsals of this machine changed in the prediction; nothing where none did. */
export function TaughtSection({ report: { prediction } }: { report: Report }) {
  const say = useSay();
  if (isUnavailable(prediction) || prediction.lessons.length === 0) return null;
  return (
    <Section
      id="taught"
      title="What earlier rehearsals of this machine changed"
      aside="rehearsed over expected, the median of each"
    >
      <ul className="rows plain">
        {prediction.lessons.map((taught) => (
          <li key={`${taught.rehearsedIn} ${taught.quantity}`}>{say(taughtSentence(taught))}</li>
        ))}
      </ul>
    </Section>
  );
}
