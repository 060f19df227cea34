import { flagsLine } from '../../src-renderer/report/setting-words.js';
import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { renderOpenSoraConfig } from './opensora-config/index.js';

/** What a teammate copies: Preflight's flags, and Open-Sora's config. */
export interface SettingsToPaste {
  /** Of the recommendation; empty where there is none. */
  flags: string;
  config: Reading<string>;
}

/** The settings of a report, as recommended, or as asked where nothing else is recommended. */
export function settingsToPaste(report: Report): SettingsToPaste {
  const { recommendation, target, verdict } = report;
  const flags = isUnavailable(recommendation)
    ? ''
    : flagsLine(recommendation.settings, target.buckets.length);
  if (verdict.status === 'no-go') return { flags, config: unavailable('nothing that was tried fits') };
  try {
    return { flags, config: renderOpenSoraConfig(report).text };
  } catch (error) {
    if (error instanceof UsageError) return { flags, config: unavailable(error.message) };
    throw error;
  }
}
