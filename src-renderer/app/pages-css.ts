/** What the single pages have beside the report's sheets. */
export const pagesCss = `
.card + .verdict {
  margin-top: 16px;
}
.verdict-actions {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 14px;
  margin-top: 16px;
}
.gpu-cards {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(330px, 1fr));
  gap: 16px;
  margin-top: 16px;
}
.gpu-cards .card {
  margin-top: 0;
  padding: 16px 20px;
}
.gpu-cards h2 {
  font-size: var(--base);
}
.gpu-cards .big {
  font-size: var(--large);
  font-weight: 600;
  line-height: 1.25;
}
.gpu-cards .chart {
  margin: 8px 0 4px;
}
.report .gpu-cards .facts {
  grid-template-columns: repeat(3, auto);
  gap: 10px 16px;
  margin-top: 12px;
}
.holders {
  font-size: var(--small);
}
.report .holders td,
.report .holders th {
  padding-top: 3px;
  padding-bottom: 3px;
}
.report .steps {
  margin-top: 10px;
  padding-left: 20px;
}
.page summary {
  padding: 7px 0;
  border-top: 1px solid var(--line);
  color: var(--quiet);
  cursor: pointer;
}
.steps + p.quiet {
  margin-top: 12px;
}
.steps li {
  margin-top: 6px;
}

.target {
  display: grid;
  grid-template-columns: minmax(340px, 5fr) minmax(0, 6fr);
  align-items: start;
  gap: 16px;
}
.target .sticky {
  position: sticky;
  top: 0;
}
.fields {
  display: grid;
  grid-template-columns: repeat(2, minmax(0, 1fr));
  gap: 12px 16px;
}
.toggles {
  display: grid;
  grid-template-columns: repeat(2, minmax(0, 1fr));
  gap: 2px 16px;
  margin-top: 12px;
}
.target .card {
  padding: 16px 20px 18px;
}
.stale {
  opacity: 0.6;
}
.fit-line {
  font-weight: 600;
}
.report .fit-line {
  margin-bottom: 12px;
}
.wide-figures {
  margin-bottom: 10px;
}
.report .wide-figures {
  margin-bottom: 14px;
}
.wide-figures b {
  font-size: var(--large);
}
.measure-row {
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 12px;
}
.measure-row .field {
  flex: 1 1 150px;
}
.measure-row .whole-row {
  flex: 1 1 100%;
}
.command-row {
  display: grid;
  gap: 8px;
  margin-top: 12px;
}
.report .actions {
  margin-top: 12px;
}
.drop {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 10px;
  padding: 8px 8px 8px 14px;
  border: 1px dashed var(--edge);
  border-radius: 9px;
  color: var(--quiet);
  font-size: var(--small);
}
.drop[data-drop-target] {
  border-color: var(--accent);
  background: var(--track);
}
.plan {
  margin-top: 16px;
}
@media screen and (max-width: 1000px) {
  .target {
    grid-template-columns: minmax(0, 1fr);
  }
  .target .sticky {
    position: static;
  }
}

.page .grid caption {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
.report.page .grid {
  table-layout: auto;
}
.report.page .grid :is(th, td) {
  white-space: nowrap;
}
.report .to-report {
  margin-top: 10px;
}
.tall {
  max-height: 70vh;
  overflow: auto;
}
.wide-progress {
  width: 100%;
}
.samples {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(230px, 1fr));
  gap: 8px 24px;
}
.charts {
  margin-top: 14px;
}
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 18px;
}
.report .legend {
  margin: 4px 0 10px;
}
.overlay {
  position: fixed;
  inset: 0;
  z-index: 3;
  display: grid;
  place-items: center;
  background: rgb(0 0 0 / 45%);
}
.modal {
  max-width: 440px;
  margin: 16px;
  padding: 22px 24px;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--card);
  color: var(--ink);
}
.dialog {
  outline: none;
}
.dialog h2 {
  margin: 0 0 8px;
  font-size: 16px;
}
.dialog p {
  margin: 0 0 18px;
}
.dialog ul {
  margin: -10px 0 18px;
  padding-left: 20px;
}
.dialog .actions {
  display: flex;
  flex-wrap: wrap;
  justify-content: flex-end;
  gap: 8px;
}
`;
