import { useTranslation } from 'react-i18next';
import { known } from '../../../src-main/contract/evidence.js';
import type { Machine } from '../../../src-main/contract/machine.js';
import { useFigures } from '../../app/figures.js';
import { Facts, Section, Value } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { Status } from '../../report/status.js';

export function HostCard({ machine, freeBytes }: { machine: Machine; freeBytes: number }) {
  const { t } = useTranslation();
  const say = useSay();
  const figures = useFigures();
  const { host, providers } = machine;
  const { cpu, memory, workDisk } = host;
  const freeOf = (free: number, total: number) =>
    t('machine.freeOfSize', { free: figures.size(free), total: figures.size(total) });
  return (
    <Section id="host" title={t('machine.host')} aside={host.hostname}>
      <Facts
        facts={[
          [
            t('machine.cpu'),
            t('machine.cores', { name: known(cpu.name) ?? t('shell.unavailable'), cores: cpu.usableCores }),
          ],
          [t('machine.memory'), freeOf(freeBytes, memory.totalBytes)],
          [
            t('machine.limit'),
            <Value of={memory.cgroupLimitBytes} key="limit">
              {figures.size}
            </Value>,
          ],
          [
            t('machine.shared'),
            <Value of={memory.shared} key="shared">
              {(shared) => freeOf(shared.freeBytes, shared.totalBytes)}
            </Value>,
          ],
          [
            t('machine.disk'),
            <Value of={workDisk} key="disk">
              {({ path, freeBytes: free }) => (
                <Value of={free}>{(bytes) => t('machine.freeAt', { free: figures.size(bytes), path })}</Value>
              )}
            </Value>,
          ],
          [t('machine.system'), `${host.os}, ${host.arch}, Node ${host.node}`],
        ]}
      />
      <h3>{t('machine.providers')}</h3>
      <ul className="rows">
        {providers.map(({ device, usable, reason }) => (
          <li key={device}>
            <Status
              mark={usable ? 'pass' : 'none'}
              word={usable ? t('machine.usable') : t('machine.unusable')}
            />
            <span>
              <b>{device}</b> {say(reason)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
