/** What is in a machine: bars of memory, the picture of its links, its checks. */
export const machineCss = `
.device-memory .used,
.key-mark.used {
  fill: var(--tint-1);
  background: var(--tint-1);
}
.device-memory .kept,
.key-mark.kept {
  fill: var(--tint-6);
  background: var(--tint-6);
}
.key-mark.free {
  background: var(--track);
  box-shadow: inset 0 0 0 1px var(--line);
}
.report .key {
  color: var(--quiet);
  font-size: var(--small);
}
.key-mark {
  display: inline-block;
  width: 10px;
  height: 10px;
  margin: 0 2px 0 8px;
  border-radius: 2px;
}
p > .key-mark:first-child {
  margin-left: 0;
}
.report .gpus .bar {
  width: 30%;
  min-width: 150px;
}
.report .gpus th,
.report .gpus td {
  vertical-align: middle;
}
.report .dense .instance {
  padding-left: 20px;
}
.gpu + .gpu {
  margin-top: 20px;
}
.gpu h3:first-child {
  margin-top: 0;
}

.topology .device,
.topology .host {
  fill: var(--card);
  stroke: var(--quiet);
}
.topology .host {
  fill: var(--track);
  stroke: none;
}
.topology .device-name {
  fill: var(--ink);
  font-weight: 600;
}
.topology .switch {
  fill: var(--tint-1);
}
.topology .switch-name {
  fill: #fff;
  font-weight: 600;
}
.topology .nvlink {
  fill: none;
  stroke: var(--tint-1);
  stroke-width: 2.5;
}
.topology .some {
  stroke: var(--look);
  stroke-dasharray: 4 3;
}
.topology .pcie {
  stroke: var(--quiet);
  stroke-width: 1.5;
}
.report .links td small {
  color: var(--quiet);
}

.checks code {
  margin-left: 4px;
  color: var(--quiet);
  font:
    var(--small) ui-monospace,
    "SF Mono",
    Menlo,
    Consolas,
    "DejaVu Sans Mono",
    monospace;
}
.report .passed {
  columns: 2;
  column-gap: 32px;
  border-top: 1px solid var(--line);
}
.passed li {
  break-inside: avoid;
  border-top: 0;
  font-size: var(--small);
}
.report .checks.passed li {
  grid-template-columns: 64px minmax(0, 1fr);
  padding: 3px 0;
}
.unread dl {
  font-size: var(--small);
}
.unread dl > div {
  display: grid;
  grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
  gap: 16px;
  padding: 4px 0;
  border-top: 1px solid var(--line);
}

@media screen and (max-width: 860px) {
  .report .passed {
    columns: 1;
  }
}
@media screen and (max-width: 480px) {
  .report .gpus .bar {
    min-width: 90px;
  }
  .report .checks li {
    grid-template-columns: minmax(0, 1fr);
  }
  .report .dense .reason {
    min-width: 200px;
  }
  .unread dl > div {
    display: block;
  }
}
@media print {
  .device-memory,
  .topology,
  .key-mark {
    print-color-adjust: exact;
  }
  .topology {
    max-width: 100%;
    height: auto;
  }
}
`;
