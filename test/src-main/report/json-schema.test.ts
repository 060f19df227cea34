import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { reportJsonSchema } from '../../../src-main/report/json-schema.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { bucketReport } from '../../fixtures/bucket-report.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileReport } from '../../fixtures/hostile-report.js';
import { inferenceReport } from '../../fixtures/inference-report.js';
import { nothingFitsReport, solvedReport } from '../../fixtures/planned-reports.js';
import { goReport, noGoReport } from '../../fixtures/reports.js';
import { v1Names, v1Text } from '../../fixtures/v1-reports.js';

const published = readFileSync(join(import.meta.dirname, '../../../report.schema.json'), 'utf8');
// The pattern of a date is in the schema beside its format.
const validate = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  formats: { 'date-time': true },
}).compile(JSON.parse(published));

const reports = {
  'a run on a CPU': reportOfText(v1Text('run-cpu')),
  ...Object.fromEntries(v1Names.map((name) => [name, reportOfText(v1Text(name))])),
  go: goReport(),
  'no-go': noGoReport(),
  'a dry run': dryRunReport(),
  cancelled: cancelledReport(),
  hostile: hostileReport(),
  buckets: bucketReport(),
  inference: inferenceReport(),
  'nothing fits': nothingFitsReport(),
  solved: solvedReport(),
};

describe('report.schema.json', () => {
  it('is what the contract says today (npm run schema)', () => {
    expect(published).toBe(reportJsonSchema());
  });

  it.each(Object.entries(reports))('holds for %s, by a validator of its own', (_, report) => {
    validate(JSON.parse(JSON.stringify(report)));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['without a verdict', ({ verdict: _, ...rest }: object & { verdict?: unknown }) => rest],
    ['with a memory of text', (report: object) => ({ ...report, wallSeconds: '3' })],
    ['of another schema', (report: object) => ({ ...report, schemaVersion: 1 })],
    ['with a reading that is absent', (report: object) => ({ ...report, prediction: null })],
    ['with what it does not know', (report: object) => ({ ...report, secret: 1 })],
  ])('refuses a report %s', (_, broken) => {
    expect(validate(broken(JSON.parse(JSON.stringify(goReport()))))).toBe(false);
  });
});
