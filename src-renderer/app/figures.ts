import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, formatGiB, formatSeconds, gib } from '../../src-main/contract/format.js';

export interface Figures {
  gib(bytes: number, digits?: number): string;
  /** With its unit. */
  size(bytes: number): string;
  seconds(seconds: number): string;
  count(value: number): string;
  percent(share: number): string;
  /** Time of day of an ISO date. */
  time(iso: string): string;
  /** Day and time of an ISO date, in this place's time. */
  date(iso: string): string;
}

/**
 * Figures as reports have them: the symbols of units are the same in both languages, and so is the grouping of digits; only
 * days are a word.
 */
export function figuresIn(language: string): Figures {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const days = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'day',
    unitDisplay: 'long',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return {
    gib: (bytes, digits) => gib(bytes, digits),
    size: formatGiB,
    seconds: (seconds) => (seconds < 86_400 ? formatSeconds(seconds) : days.format(seconds / 86_400)),
    count: formatCount,
    percent: (share) => percent.format(share),
    time: (iso) => time.format(new Date(iso)),
    date: (iso) => date.format(new Date(iso)),
  };
}

export function useFigures(): Figures {
  const { i18n } = useTranslation();
  return useMemo(() => figuresIn(i18n.language), [i18n.language]);
}
