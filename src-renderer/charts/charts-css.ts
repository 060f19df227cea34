/** Bars and grids, on the screen and on paper. */
export const chartsCss = `
.chart {
  display: block;
  font-size: var(--small);
}
.chart .track {
  fill: var(--track);
}
.chart .segment {
  fill: var(--tint);
  stroke: var(--card);
  stroke-width: 1;
}
.chart .letter {
  fill: var(--on-tint);
  font-weight: 600;
}
.chart .label {
  fill: var(--quiet);
}
.chart .halo {
  stroke: var(--card);
  stroke-width: 5;
}
.chart .limit {
  stroke: var(--ink);
  stroke-width: 1.5;
}
.chart .reserve {
  fill: var(--look);
  opacity: 0.28;
}
.chart .rule {
  stroke: var(--line);
}
.chart .curve {
  fill: none;
  stroke: var(--tint);
  stroke-width: 1.8;
}
.chart .dot {
  fill: var(--tint);
  stroke: var(--card);
}
.chart .end {
  fill: var(--ink);
  font-weight: 600;
}
.chart .interval line {
  stroke: var(--ink);
  stroke-width: 1.5;
}

.tint-1 {
  --tint: var(--tint-1);
  --on-tint: #fff;
}
.tint-2 {
  --tint: var(--tint-2);
  --on-tint: var(--on-dark);
}
.tint-3 {
  --tint: var(--tint-3);
  --on-tint: var(--on-light);
}
.tint-4 {
  --tint: var(--tint-4);
  --on-tint: var(--on-dark);
}
.tint-5 {
  --tint: var(--tint-5);
  --on-tint: var(--on-light);
}
.tint-6 {
  --tint: var(--tint-6);
  --on-tint: var(--on-light);
}
.tint-7 {
  --tint: var(--tint-7);
  --on-tint: var(--on-dark);
}
.tint-8 {
  --tint: var(--tint-8);
  --on-tint: var(--on-light);
}
.swatch {
  display: inline-block;
  width: 18px;
  margin-right: 6px;
  border-radius: 3px;
  background: var(--tint);
  color: var(--on-tint);
  font-size: var(--small);
  font-weight: 600;
  line-height: 18px;
  text-align: center;
}

.bar-row {
  display: grid;
  grid-template-columns: 220px minmax(0, 1fr);
  align-items: center;
  gap: 16px;
  padding: 4px 0;
}
.bar-row .range-bar {
  margin-bottom: -7px;
}
.bar-row + table,
.bar-row + .wide {
  margin-top: 12px;
}

.report .grid {
  border-collapse: separate;
  border-spacing: 4px;
  table-layout: fixed;
}
.grid caption {
  padding: 0 0 6px 4px;
  text-align: left;
  color: var(--quiet);
  font-size: var(--small);
}
.grid caption b {
  color: var(--ink);
  font-size: var(--base);
  margin-right: 6px;
}
.report .grid th,
.report .grid thead td {
  border: 0;
  padding: 2px 4px;
  color: var(--quiet);
  font-size: var(--small);
  font-weight: 400;
  text-align: center;
}
.report .grid tbody th {
  vertical-align: middle;
  text-align: right;
  white-space: nowrap;
}
.report .grid .cell {
  height: 40px;
  padding: 3px 4px;
  border: 0;
  border-radius: 4px;
  text-align: center;
  vertical-align: middle;
  line-height: 1.25;
}
.grid .cell small {
  color: inherit;
}
.grid .heat-0,
.grid .heat-1 {
  background: var(--heat-1);
}
.grid .heat-2 {
  background: var(--heat-2);
}
.grid .heat-3 {
  background: var(--heat-3);
}
.grid .heat-4 {
  background: var(--heat-4);
  color: var(--on-dark);
}
.grid .heat-5 {
  background: var(--heat-5);
  color: var(--on-dark);
}
.grid .failed {
  background: var(--none-back);
  font-size: var(--small);
}
.grid .failed.fail {
  background: var(--fail-back);
}
.grid .failed.look {
  background: var(--look-back);
}
.grid .empty {
  background: none;
  box-shadow: inset 0 0 0 1px var(--line);
}
.grid .untried {
  color: var(--quiet);
  font-size: var(--small);
}
.grid .inferred {
  background: none;
  box-shadow: inset 0 0 0 1px var(--quiet);
  color: var(--ink);
}
.grid .wanted {
  outline: 2px solid var(--ink);
  outline-offset: 1px;
}
.grid .wanted-word {
  font-weight: 600;
}
.grid .cell small .status {
  color: inherit;
  --tone: currentColor;
}
.grid .cell small .sign {
  display: none;
}
.slowed {
  padding-left: 4px;
  font-size: var(--small);
}

@media print {
  .chart,
  .swatch,
  .report .grid .cell {
    print-color-adjust: exact;
  }
}
`;
