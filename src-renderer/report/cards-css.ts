/** Cards, and what stands in them beside tables and charts. */
export const cardsCss = `
.card {
  margin-top: 16px;
  padding: 20px 28px 22px;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--card);
}
.card > header {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  align-items: baseline;
  gap: 2px 24px;
  margin-bottom: 10px;
}
.card h2,
.card h3 {
  font-size: var(--base);
  font-weight: 600;
}
.card h3 {
  margin-top: 18px;
  margin-bottom: 6px;
}
.report .lead {
  margin-bottom: 10px;
}
.lead b {
  color: var(--ink);
}
.card > p + p {
  margin-top: 6px;
}
.card > .chart + table {
  margin-top: 8px;
}
.aside,
.quiet,
.missing {
  color: var(--quiet);
}
.aside {
  font-size: var(--small);
}
.tag {
  display: inline-block;
  padding: 0 5px;
  border: 1px solid var(--line);
  border-radius: 3px;
  background: var(--card);
  color: var(--quiet);
  font-size: var(--small);
  line-height: 17px;
}

.rows {
  list-style: none;
}
.rows li {
  display: grid;
  grid-template-columns: 104px minmax(0, 1fr);
  padding: 7px 0;
  border-top: 1px solid var(--line);
}
section[aria-labelledby="not-tested"] .rows li {
  grid-template-columns: 22px minmax(0, 1fr);
}
.rows.plain li {
  display: block;
}
.facts {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(230px, 1fr));
  gap: 12px 32px;
}
.report .facts {
  margin-top: 16px;
}
.grids {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(420px, 1fr));
  gap: 20px 28px;
}
.pair {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 0 16px;
}
pre {
  margin: 0;
  padding: 10px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--page);
  font:
    var(--small) / 1.6 ui-monospace,
    "SF Mono",
    Menlo,
    Consolas,
    "DejaVu Sans Mono",
    monospace;
  white-space: pre-wrap;
  user-select: all;
}
pre.long {
  max-height: 260px;
  overflow: auto;
}
pre + .quiet {
  margin-top: 8px;
  font-size: var(--small);
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
`;
