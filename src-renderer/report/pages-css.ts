/** Narrow screens and paper. */
export const pagesCss = `
@media screen and (max-width: 860px) {
  .report {
    padding: 16px 16px 40px;
  }
  .card,
  .verdict {
    padding-left: 16px;
    padding-right: 16px;
  }
  .verdict,
  .pair,
  .grids,
  .masthead dl,
  .bar-row {
    grid-template-columns: minmax(0, 1fr);
  }
  .bar-row {
    gap: 2px;
  }
  .grids,
  .card:has(table) {
    overflow-x: auto;
  }
}
@media screen and (max-width: 480px) {
  .report .parts .share {
    display: none;
  }
  /* Lines break between words: a table that is wider then scrolls in its card. */
  .report table :is(th, td) {
    overflow-wrap: break-word;
  }
  .phases tbody th,
  .buckets tbody th {
    min-width: 150px;
  }
  .report thead .figure {
    white-space: normal;
  }
  .parts .tag {
    display: block;
    width: fit-content;
  }
  .report .grid {
    border-spacing: 3px;
  }
  .report table.grid :is(th, td) {
    padding: 3px 0;
    overflow-wrap: normal;
  }
  .grid .failed .status {
    white-space: normal;
  }
  .grid .failed .shape {
    display: block;
    margin: 0 auto;
  }
}

@page {
  size: A4;
  margin: 14mm 12mm;
}
@media print {
  :root {
    color-scheme: light;
    --base: 11px;
    --small: 9.5px;
    --large: 18px;
    --page: #fff;
  }
  .report {
    max-width: none;
    padding: 0;
  }
  .card,
  .verdict {
    padding: 12px 14px;
  }
  .verdict {
    print-color-adjust: exact;
  }
  .verdict,
  .grid,
  tr,
  li,
  .bar-row,
  .memory-bar {
    break-inside: avoid;
  }
  h2,
  h3,
  thead {
    break-after: avoid;
  }
  /* A browser repeats a foot on each page: a sum stands at the end alone. */
  tfoot {
    display: table-row-group;
  }
  .wide,
  pre.long {
    overflow: visible;
  }
  pre.long {
    max-height: none;
  }
  .report .buckets .figure {
    padding-left: 8px;
  }
  .report .buckets .bar {
    width: 14%;
    min-width: 70px;
  }
  .verdict {
    grid-template-columns: minmax(0, 1fr) minmax(0, 300px);
    gap: 16px;
  }
  .masthead dl,
  .grids {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  }
  .facts {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  .facts div {
    break-inside: avoid;
  }
  .bar-row {
    grid-template-columns: 160px minmax(0, 1fr);
  }
  .verdict .headline {
    font-size: 12px;
  }
}
`;
