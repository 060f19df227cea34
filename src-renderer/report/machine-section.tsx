import type { Machine } from '../../src-main/contract/machine.js';
import type { Report } from '../../src-main/contract/report.js';
import { ChecksList } from '../machine/checks-list.js';
import { DisagreementsTable } from '../machine/disagreements-table.js';
import { GpuCard } from '../machine/gpu-card.js';
import { GpuMemoryTable } from '../machine/gpu-memory-table.js';
import { GpuStateTable } from '../machine/gpu-state-table.js';
import { LinksTable } from '../machine/links-table.js';
import { RatesTable } from '../machine/rates-table.js';
import { topologyOf } from '../machine/topology.js';
import { TopologyPicture } from '../machine/topology-picture.js';
import { UnreadList } from '../machine/unread-list.js';
import { Facts, Section, WideTable } from './bits.js';
import { hostLines } from './host-words.js';
import { settingLines, unreadOfGpus } from './machine-words.js';
import { useSay } from './say.js';
import { Status } from './status.js';

interface Of {
  machine: Machine;
}

/** Health checks, with what to do about each that does not pass. */
export function ChecksSection({ machine: { checks } }: Of) {
  if (checks.length === 0) return null;
  const wanting = checks.filter(({ status }) => status === 'look' || status === 'fail').length;
  const passed = checks.filter(({ status }) => status === 'pass').length;
  const aside =
    wanting === 0 ? `${passed} of ${checks.length} pass` : `${wanting} want attention, ${passed} pass`;
  return (
    <Section id="checks" title="Checks of the machine" aside={aside}>
      <ChecksList checks={checks} />
    </Section>
  );
}

/** What sources say differently; nothing where they agree. */
export function DisagreementsSection({ machine: { disagreements } }: Of) {
  if (disagreements.length === 0) return null;
  return (
    <Section
      id="disagreements"
      title="Sources that disagree"
      aside="no figure that rests on one of them alone is certain"
    >
      <DisagreementsTable disagreements={disagreements} />
    </Section>
  );
}

/** The GPUs: memory now, how they fare, how they are set, and what could not be read. One alone is shown in full. */
export function GpusSection({ machine: { gpus, host } }: Of) {
  const say = useSay();
  const nvidia = gpus.filter(({ vendor }) => vendor === 'nvidia');
  const settings = settingLines(nvidia);
  const [only] = gpus;
  if (only === undefined)
    return (
      <Section id="machine" title="GPUs" aside={host.hostname}>
        <p className="quiet">{say('None was found.')}</p>
      </Section>
    );
  return (
    <Section id="machine" title="GPUs" aside={`${host.hostname}, before anything was run`}>
      {gpus.length === 1 ? (
        <GpuCard gpu={only} />
      ) : (
        <>
          <GpuMemoryTable gpus={gpus} />
          <GpuStateTable gpus={nvidia} />
          {settings.length > 0 && <h3>{say('How they are set')}</h3>}
          {settings.length > 0 && <Facts facts={settings} />}
        </>
      )}
      <UnreadList title="Not read" lines={unreadOfGpus(nvidia)} />
    </Section>
  );
}

/** How the GPUs are joined; nothing where there are not two that NVIDIA made. */
export function LinksSection({ machine: { gpus, rates } }: Of) {
  const topology = topologyOf(gpus);
  if (topology === undefined) return null;
  return (
    <Section id="links" title="Links between GPUs" aside="as the driver and the system name them">
      <WideTable label="Picture of the links between GPUs">
        <TopologyPicture topology={topology} />
      </WideTable>
      <LinksTable topology={topology} rates={rates} />
    </Section>
  );
}

/** Measured rates; nothing where none was measured, which the checks say. */
export function RatesSection({ machine: { rates } }: Of) {
  if (rates.length === 0) return null;
  return (
    <Section
      id="rates"
      title="Measured rates"
      aside="against what others measured on such a GPU, never its data sheet"
    >
      <RatesTable rates={rates} />
    </Section>
  );
}

/** The host that it was measured on; in a plan, where it was worked out. */
export function SystemSection({ report: { machine, device } }: { report: Report }) {
  const planned = device.used === 'none';
  const { lines, unread } = hostLines(machine);
  return (
    <Section
      id="system"
      title={planned ? 'Machine that this was planned on' : 'Host'}
      aside={planned ? `${machine.host.hostname}; nothing was run on it` : machine.host.hostname}
    >
      <Facts facts={[['Device', planned ? device.reason : `${device.used}: ${device.reason}`], ...lines]} />
      <UnreadList title="Not known" lines={unread} />
      {!planned && machine.providers.length > 0 && <Providers providers={machine.providers} />}
    </Section>
  );
}

function Providers({ providers }: Pick<Machine, 'providers'>) {
  const say = useSay();
  return (
    <>
      <h3>{say('Providers')}</h3>
      <ul className="rows">
        {providers.map((provider) => (
          <li key={provider.device}>
            <Status
              {...(provider.usable ? { mark: 'pass', word: 'usable' } : { mark: 'none', word: 'not usable' })}
            />
            <span>
              <b>{provider.device}</b> {say(provider.reason)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
