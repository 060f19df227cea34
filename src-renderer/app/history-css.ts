/** The history's long table, and comparisons. */
export const historyCss = `
.page-head + .drop {
  margin-top: 14px;
}
.report .page-head .actions {
  margin-top: 0;
}
.page-head .copy {
  gap: 6px;
}
.page-head .copy > :empty {
  display: none;
}
.report .page-head + .masthead {
  margin-top: 12px;
}
.report .imported {
  max-height: 232px;
  overflow: auto;
}
.report .imported li {
  grid-template-columns: 130px minmax(0, 1fr);
}
.report .history {
  padding: 16px 20px 18px;
}
.history-bar {
  display: grid;
  grid-template-columns: minmax(200px, 1fr) auto minmax(0, 1fr) auto;
  align-items: end;
  gap: 8px 16px;
  margin-bottom: 12px;
}
.history-bar p,
.history-bar .aside {
  line-height: 34px;
}
.history-bar .aside {
  text-align: right;
}
.nothing-found {
  display: flex;
  align-items: center;
  gap: 14px;
}
.history-rows {
  max-height: max(320px, calc(100vh - 290px));
  overflow: auto;
  border-top: 1px solid var(--line);
  contain: layout paint style;
}
.report .history-rows table {
  min-width: 820px;
  table-layout: fixed;
}
.report .history-rows thead th {
  box-sizing: border-box;
  position: sticky;
  top: 0;
  z-index: 1;
  height: 36px;
  padding: 0 10px 0 0;
  box-shadow: inset 0 -1px var(--line);
  background: var(--card);
  vertical-align: middle;
}
.report .history-rows tbody :is(th, td) {
  box-sizing: border-box;
  height: 52px;
  padding: 0 12px 0 0;
  overflow: hidden;
  border-top: 0;
  border-bottom: 1px solid var(--line);
  text-overflow: ellipsis;
  vertical-align: middle;
  white-space: nowrap;
}
.report .history-rows .gap td {
  height: auto;
  padding: 0;
  border: 0;
}
.history-rows .col-choose {
  width: 34px;
}
.history-rows .col-made {
  width: 172px;
}
.history-rows .col-verdict {
  width: 160px;
}
.history-rows .col-machine {
  width: 22%;
}
.history-rows .col-remove {
  width: 76px;
}
.history-rows small {
  overflow: hidden;
  text-overflow: ellipsis;
}
.history-rows .doubts {
  display: flex;
  gap: 4px;
  margin-left: 19px;
}
.history-rows input[type="checkbox"] {
  width: 16px;
  height: 16px;
  margin: 0 0 0 4px;
  accent-color: var(--accent);
  vertical-align: middle;
}
.history-rows tr.chosen {
  background: var(--track);
}
.tag.doubt {
  border-color: var(--fail);
  color: var(--fail);
}
.plain-button {
  padding: 4px 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
tbody .plain-button {
  color: var(--quiet);
}
tbody .plain-button:hover {
  color: var(--ink);
  text-decoration: underline;
}
.sorted {
  display: inline-block;
  width: 6px;
  height: 6px;
  margin-left: 7px;
}
.sorted.up {
  border: solid currentcolor;
  border-width: 1.5px 0 0 1.5px;
  transform: translateY(2px) rotate(45deg);
}
.sorted.down {
  border: solid currentcolor;
  border-width: 0 1.5px 1.5px 0;
  transform: translateY(-2px) rotate(45deg);
}
details.card summary {
  border-top: 0;
}

.report .beside .figure + :not(.figure) {
  padding-left: 28px;
}
.beside th[scope="row"] {
  white-space: nowrap;
}
.beside .figure:has(.missing) {
  min-width: 130px;
}
.beside td:nth-last-child(2) {
  min-width: 210px;
}
.beside td:last-child {
  min-width: 170px;
}
.change-bar {
  overflow: visible;
}
.report .points .bar {
  width: 20%;
  min-width: 130px;
  padding-left: 20px;
  vertical-align: middle;
}
.report .points .span-head {
  padding-left: 16px;
  text-align: center;
}
.report .points tbody th {
  min-width: 190px;
}
.differences {
  color: var(--quiet);
}
.report .differences {
  margin: 4px 0 0;
  padding-left: 20px;
}
.card .wide + p {
  margin-top: 14px;
}
.report .explain {
  margin-top: 14px;
  max-width: 90ch;
  font-size: var(--small);
}
@media screen and (max-width: 760px) {
  .history-bar {
    grid-template-columns: minmax(0, 1fr);
  }
  .history-bar .aside {
    text-align: left;
  }
  .history-bar .button {
    justify-content: center;
  }
}
`;
