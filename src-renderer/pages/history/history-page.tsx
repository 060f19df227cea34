import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { HistoryEntry } from '../../../src-main/contract/history.js';
import { comparePath } from '../../app/addresses.js';
import { useFigures } from '../../app/figures.js';
import { Failed, Loading, PageHead } from '../../app/page.js';
import { useAnswer, useEvent } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';
import { TextInput } from '../../controls/text-input.js';
import { Section } from '../../report/bits.js';
import { BrokenFiles } from './broken-files.js';
import { found, inOrder, keptOf, newestFirst } from './entries.js';
import { HistoryTable } from './history-table.js';
import { ImportFiles } from './import-files.js';
import { useRemove } from './use-remove.js';

/** More are no comparison that a person reads; the contract has the same. */
const mostCompared = 20;

/** All reports that are kept: found, opened, compared, taken in and removed. */
export default function HistoryPage() {
  const { t } = useTranslation();
  // Before the list is asked for: what comes between the two is told.
  useEvent('history', () => list.again());
  const list = useAnswer('history/list', {});
  const { value, error, pending, again } = list;
  return (
    <>
      <PageHead title={t('history.title')} lead={t('history.lead')} />
      <ImportFiles onImported={again} />
      {error !== undefined && !pending && <Failed error={error} again={again} />}
      {value === undefined && pending && <Loading what={t('history.reading')} />}
      {value?.reports.length === 0 && (
        <Section id="no-reports" title={t('history.none')}>
          <p>
            {t('history.noneMore')} <Link href="/target">{t('run.noneLink')}</Link>
          </p>
        </Section>
      )}
      {value !== undefined && value.reports.length > 0 && <Reports all={value.reports} onChanged={again} />}
      {value !== undefined && <BrokenFiles files={value.broken} />}
    </>
  );
}

function Reports({ all, onChanged }: { all: readonly HistoryEntry[]; onChanged(): void }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const [order, setOrder] = useState(newestFirst);
  const [chosen, setChosen] = useState<readonly HistoryEntry[]>([]);
  const searched = useDeferredValue(typed);
  const ordered = useMemo(() => inOrder(all, order), [all, order]);
  const entries = useMemo(() => found(ordered, searched), [ordered, searched]);
  const { ask, dialog } = useRemove(onChanged);
  const there = useMemo(() => new Set(all.map(({ digest }) => digest)), [all]);
  // One that was removed since, here or elsewhere, is chosen no longer.
  const comparable = chosen.filter(({ digest }) => there.has(digest));
  const digests = useMemo(() => new Set(chosen.map(({ digest }) => digest)), [chosen]);
  const choose = useCallback((entry: HistoryEntry) => setChosen((were) => toggled(were, entry)), []);
  const isEnough = comparable.length >= 2 && comparable.length <= mostCompared;
  return (
    <section className="card history" aria-label={t('history.title')}>
      <div className="history-bar">
        <TextInput
          label={t('history.search')}
          placeholder={t('history.searchHint')}
          value={typed}
          onChange={setTyped}
        />
        <p className="quiet" role="status">
          {t('history.shown', { shown: figures.count(entries.length), total: figures.count(all.length) })}
        </p>
        <span className="aside">{!isEnough && t('history.compareHint', { most: mostCompared })}</span>
        <Button primary isDisabled={!isEnough} onPress={() => navigate(comparePath(comparable.map(keptOf)))}>
          {comparable.length === 0
            ? t('history.compare')
            : t('history.compareSome', { count: comparable.length })}
        </Button>
      </div>
      {entries.length === 0 ? (
        <p className="nothing-found">
          {t('history.noMatch')} <Button onPress={() => setTyped('')}>{t('history.clear')}</Button>
        </p>
      ) : (
        <HistoryTable
          entries={entries}
          order={order}
          onOrder={setOrder}
          chosen={digests}
          onChoose={choose}
          onRemove={ask}
        />
      )}
      {dialog}
    </section>
  );
}

/** In the order in which they were chosen: the first is what the others are held against. */
function toggled(chosen: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] {
  const others = chosen.filter(({ digest }) => digest !== entry.digest);
  return others.length < chosen.length ? others : [...chosen, entry];
}
