import type { Report } from '../../src-main/contract/report.js';
import { EvidenceTag, Section } from './bits.js';
import { useSay } from './say.js';
import { Status } from './status.js';
import { checkWords } from './words.js';

/** The arguments for the verdict. */
export function ReasonsSection({ report }: { report: Report }) {
  const say = useSay();
  return (
    <Section id="why" title="Why">
      <ul className="rows">
        {report.verdict.reasons.map((reason) => (
          <li key={reason.id}>
            <Status {...checkWords[reason.status]} />
            <span>
              {say(reason.text)} <EvidenceTag evidence={reason.evidence} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
