/** Tables: hairlines, figures to the right, units in the head. */
export const tablesCss = `
.report table {
  width: 100%;
  border-collapse: collapse;
}
.report th,
.report td {
  padding: 7px 10px 7px 0;
  border-top: 1px solid var(--line);
  text-align: left;
  font-weight: 400;
  vertical-align: baseline;
}
.report thead th,
.report thead td {
  border-top: 0;
  color: var(--quiet);
  font-size: var(--small);
}
.report .figure {
  padding-right: 0;
  padding-left: 16px;
  text-align: right;
  white-space: nowrap;
}
.report .share,
.report .cause {
  color: var(--quiet);
}
.report .words,
.report .figure:has(.missing) {
  white-space: normal;
}
.report .total > * {
  font-weight: 600;
}
.nowrap {
  white-space: nowrap;
}
.long {
  white-space: pre-wrap;
}
.better {
  color: var(--pass);
}
.worse {
  color: var(--look);
}
.bad {
  color: var(--fail);
}

.report .number {
  width: 28px;
  color: var(--quiet);
}
.report .buckets td,
.report .buckets th {
  padding-top: 4px;
  padding-bottom: 4px;
}
.buckets th,
.buckets td {
  overflow-wrap: normal;
}
.report .buckets thead .figure {
  white-space: normal;
}
.report .buckets .bar {
  width: 22%;
  min-width: 140px;
  padding-left: 20px;
  vertical-align: top;
}
.report .buckets thead .bar {
  vertical-align: baseline;
}
.buckets .range-bar {
  margin-bottom: -8px;
}
/* A name of two lines hangs beside its letter. */
.report th:has(.swatch) {
  padding-left: 28px;
  text-indent: -28px;
}
.report th .swatch,
.report th .swatch ~ .tag,
.report th .swatch ~ small {
  text-indent: 0;
}
.parts td:nth-child(2) small {
  display: inline;
}
.wide {
  overflow-x: auto;
  margin: 0 -8px;
  padding: 0 8px;
}
.report .dense {
  font-size: var(--small);
}
.report .dense th,
.report .dense td {
  padding-top: 4px;
  padding-bottom: 4px;
}
.report .dense .figure {
  padding-left: 10px;
}
.report .dense td:not(.figure),
.report .dense thead th:not(.figure, :first-child) {
  padding-left: 14px;
}
.report .dense thead th:not(.figure) {
  white-space: nowrap;
}
.dense .span {
  text-align: right;
}
.dense .group th {
  padding-top: 12px;
  font-weight: 600;
}
.dense .group small {
  display: inline;
  margin-left: 6px;
}
.report .footnotes {
  margin-top: 10px;
  padding-left: 18px;
  color: var(--quiet);
  font-size: var(--small);
}
.held small {
  display: inline;
  margin-left: 6px;
}
.held tbody tr:not(.total) th {
  padding-left: 28px;
}
.steps-line {
  width: 110px;
  height: 18px;
  margin: -3px 0;
}
.report .dense .curve {
  vertical-align: middle;
}
/* Hundreds of cells: a figure is what a cell is without a class, so that the file stays small. */
.report .probes td:not(.reason) {
  padding-right: 0;
  padding-left: 10px;
  text-align: right;
  white-space: nowrap;
}
.report .dense .reason {
  min-width: 120px;
  line-height: 1.3;
  white-space: normal;
}
sup {
  line-height: 0;
}
`;
