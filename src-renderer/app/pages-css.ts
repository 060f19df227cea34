/** What the single pages have beside the report's sheets. */
export const pagesCss = `
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
  grid-template-columns: repeat(3, minmax(0, 1fr));
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
`;
