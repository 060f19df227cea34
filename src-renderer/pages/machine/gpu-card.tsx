import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { isUnavailable, known, type Reading, unavailable } from '../../../src-main/contract/evidence.js';
import type { Gpu, GpuDetail } from '../../../src-main/contract/machine.js';
import { useFigures } from '../../app/figures.js';
import { HeldBar } from '../../charts/held-bar.js';
import { Facts, Value } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { Status } from '../../report/status.js';
import { holdersOf } from './holders.js';
import { HoldersTable } from './holders-table.js';

/** One GPU, as it is now: free memory first, who holds the rest, and how it fares. */
export function GpuCard({ gpu }: { gpu: Gpu }) {
  const say = useSay();
  const { t } = useTranslation();
  const figures = useFigures();
  const id = useId();
  const total = known(gpu.memory.totalBytes);
  const free = known(gpu.memory.freeBytes);
  const holders = holdersOf(gpu);
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{gpu.index === null ? t('machine.hidden') : t('machine.gpu', { index: gpu.index })}</h2>
        <p className="aside">{gpu.name}</p>
      </header>
      {!gpu.runsOpenSora.ok && (
        <p>
          <Status mark="look" word={t('machine.notForOpenSora', { reason: say(gpu.runsOpenSora.reason) })} />
        </p>
      )}
      <p>
        <span className="big">
          <Value of={gpu.memory.freeBytes}>{(bytes) => `${figures.gib(bytes, 1)} GiB`}</Value>
        </span>{' '}
        {total !== undefined && free !== undefined && (
          <span className="quiet">{t('machine.freeOf', { total: figures.gib(total, 1) })}</span>
        )}
      </p>
      {total !== undefined && free !== undefined && (
        <HeldBar
          held={holders.map(({ bytes }) => bytes)}
          totalBytes={total}
          label={t('machine.bar', { free: figures.gib(free, 1), total: figures.gib(total, 1) })}
        />
      )}
      <HoldersTable holders={holders} processes={gpu.processes} />
      <Facts facts={useGpuFacts(gpu)} />
    </section>
  );
}

/** Clocks, power, temperature, load and link, each with its most where that is known. */
function useGpuFacts({ detail }: Gpu): (readonly [string, ReactNode])[] {
  const say = useSay();
  const { t } = useTranslation();
  const figures = useFigures();
  const of = (read: (detail: GpuDetail) => Reading<number>) =>
    isUnavailable(detail) ? detail : read(detail as GpuDetail);
  const figure = (value: Reading<number>, most: Reading<number>, unit: string) => (
    <Value of={value}>
      {(now) =>
        isUnavailable(most)
          ? t('machine.plain', { value: figures.count(Math.round(now)), unit })
          : t('machine.of', {
              value: figures.count(Math.round(now)),
              most: figures.count(Math.round(most as number)),
              unit,
            })
      }
    </Value>
  );
  const reasons = isUnavailable(detail) ? [] : (known(detail.throttleReasons) ?? []);
  return [
    [
      t('machine.clock'),
      <span key="clock">
        {figure(
          of(({ clocks }) => clocks.smMHz),
          of(({ clocks }) => clocks.maxSmMHz),
          'MHz',
        )}
        {reasons.length > 0 && <small>{t('machine.throttled', { reasons: say(reasons.join(', ')) })}</small>}
      </span>,
    ],
    [
      t('machine.power'),
      figure(
        of(({ power }) => power.drawWatts),
        of(({ power }) => power.limitWatts),
        'W',
      ),
    ],
    [
      t('machine.temperature'),
      figure(
        of(({ temperatures }) => temperatures.gpuCelsius),
        of(({ temperatures }) => temperatures.slowdownCelsius),
        '°C',
      ),
    ],
    [
      t('machine.busy'),
      figure(
        of(({ utilization }) => utilization.gpuPercent),
        unavailable('no most'),
        '%',
      ),
    ],
    [t('machine.link'), <LinkLine key="link" detail={detail} />],
  ];
}

function LinkLine({ detail }: { detail: Gpu['detail'] }) {
  const { t } = useTranslation();
  if (isUnavailable(detail)) return <Value of={detail}>{() => null}</Value>;
  const links = known(detail.nvlinks) ?? [];
  const active = links.filter((link) => link.active).length;
  return (
    <>
      <Value of={detail.pcie.generation}>
        {(generation) => t('machine.pcie', { generation, width: known(detail.pcie.width) ?? '?' })}
      </Value>
      {links.length > 0 && <small>{t('machine.nvlinks', { active, count: links.length })}</small>}
    </>
  );
}
