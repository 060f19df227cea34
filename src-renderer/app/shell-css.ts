/** The frame of the window: navigation, strips across the pages, a page's head. */
export const shellCss = `
html {
  background: var(--page);
}
.shell {
  display: grid;
  grid-template-columns: 200px minmax(0, 1fr);
  min-height: 100vh;
}
.shell .side {
  position: sticky;
  top: 0;
  display: flex;
  flex-direction: column;
  box-sizing: border-box;
  height: 100vh;
  padding: 20px 12px;
  overflow-y: auto;
  border-right: 1px solid var(--line);
}
.side .brand {
  margin: 0 0 16px;
  padding: 0 12px;
  font-weight: 700;
  font-size: 16px;
}
.side ul {
  margin: 0;
  padding: 0;
  list-style: none;
}
.side nav a {
  display: block;
  margin-bottom: 2px;
  padding: 8px 12px;
  border: 1px solid transparent;
  border-radius: 8px;
  color: var(--quiet);
  text-decoration: none;
}
.side nav a:hover {
  color: var(--ink);
}
.side nav a[aria-current] {
  border-color: var(--line);
  background: var(--card);
  color: var(--ink);
  font-weight: 600;
}
.side .preferences {
  display: grid;
  gap: 10px;
  margin-top: auto;
  padding: 20px 12px 0;
}
.skip {
  position: absolute;
  left: -9999px;
  z-index: 2;
}
.skip:focus {
  left: 8px;
  top: 8px;
  padding: 8px 14px;
}
.report.page {
  box-sizing: border-box;
  width: 100%;
  max-width: 1400px;
  padding-top: 20px;
}
.page a {
  color: var(--accent);
}
:root {
  --accent: var(--tint-1);
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --accent: var(--tint-2);
  }
}
:root[data-theme="dark"] {
  --accent: var(--tint-2);
}
:root[data-theme="light"] {
  --accent: var(--tint-1);
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
h1:focus,
h1:focus-visible {
  outline: none;
}

.page-head {
  display: flex;
  flex-wrap: wrap;
  align-items: flex-start;
  justify-content: space-between;
  gap: 8px 24px;
  margin-bottom: 4px;
}
.page-head h1 {
  font-size: var(--large);
  font-weight: 700;
  line-height: 1.3;
}
.page-head p.quiet {
  max-width: 62ch;
}
.page-head .actions {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px;
}
.banner,
.run-strip {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 14px;
  margin-bottom: 14px;
  padding: 9px 14px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
}
.report .banner {
  padding: 9px 14px;
  margin-bottom: 14px;
  border-color: var(--tone);
  background: var(--tone-back);
}
.run-strip progress {
  flex: 0 1 160px;
}
progress {
  height: 8px;
  border: 0;
  border-radius: 4px;
  overflow: hidden;
  appearance: none;
  background: var(--track);
  color: var(--accent);
}
progress::-webkit-progress-bar {
  background: var(--track);
}
progress::-webkit-progress-value {
  background: var(--accent);
}
progress::-moz-progress-bar {
  background: var(--accent);
}
.loading {
  display: flex;
  align-items: center;
  gap: 10px;
}
.report .loading {
  padding: 24px 0;
}
.spinner {
  width: 14px;
  height: 14px;
  border: 2px solid var(--line);
  border-top-color: var(--accent);
  border-radius: 50%;
  animation: spin 0.9s linear infinite;
}
@keyframes spin {
  to {
    transform: rotate(1turn);
  }
}
@media (prefers-reduced-motion: reduce) {
  *,
  *::before,
  *::after {
    animation-duration: 0s !important;
    transition-duration: 0s !important;
  }
}
.failed-card {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 12px;
}

@media screen and (max-width: 760px) {
  .shell {
    grid-template-columns: minmax(0, 1fr);
  }
  .shell .side {
    position: static;
    height: auto;
    padding: 12px 16px;
    border-right: 0;
    border-bottom: 1px solid var(--line);
  }
  .side nav ul {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .side .preferences {
    grid-template-columns: 1fr 1fr;
    padding: 10px 0 0;
  }
  .report.page {
    padding: 16px;
  }
}
`;
