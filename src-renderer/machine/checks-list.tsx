import type { Check } from '../../src-main/contract/machine.js';
import { useSay } from '../report/say.js';
import { Status } from '../report/status.js';
import { type CheckGroup, checkGroups, checkWords } from '../report/words.js';

/** Checks of a machine, the failing ones first, each with what to do; those that pass stand close together below. */
export function ChecksList({ checks }: { checks: readonly Check[] }) {
  const groups = checkGroups(checks);
  const open = groups.filter(({ status }) => status !== 'pass');
  const passed = groups.filter(({ status }) => status === 'pass');
  return (
    <>
      {open.length > 0 && (
        <ul className="rows checks">
          {open.map((group) => (
            <Item key={group.ids[0]} group={group} />
          ))}
        </ul>
      )}
      {passed.length > 0 && (
        <ul className="rows checks passed">
          {passed.map((group) => (
            <Item key={group.ids[0]} group={group} />
          ))}
        </ul>
      )}
    </>
  );
}

function Item({ group: { ids, status, text, action } }: { group: CheckGroup }) {
  const say = useSay();
  return (
    <li>
      <Status {...checkWords[status]} />
      <span>
        {say(text)} <code>{ids.join(', ')}</code>
        {action && <small>{say(action)}</small>}
      </span>
    </li>
  );
}
