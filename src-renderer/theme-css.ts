// Style sheets are strings, not .css files: the HTML report carries its own, and a hash of it, wherever it is
// rendered.

const light = `
  --page: #f5f6f8;
  --card: #ffffff;
  --line: #e2e5ea;
  --ink: #15181d;
  --quiet: #596170;
  --track: #eceef2;

  --pass: #0b6b3a;
  --pass-back: #eef8f1;
  --look: #8f5200;
  --look-back: #fff6e6;
  --fail: #b0201a;
  --fail-back: #fdeeed;
  --none: #596170;
  --none-back: #f3f4f7;

  --tint-1: #2450c4;
  --tint-2: #4468d6;
  --tint-3: #a9bdf5;
  --tint-4: #a86f12;
  --tint-5: #e0b35c;
  --tint-6: #7b8494;
  --tint-7: #187a80;
  --tint-8: #8cc7c6;
  --on-dark: #ffffff;
  --on-light: #15181d;

  --heat-1: #edf2fe;
  --heat-2: #cedafb;
  --heat-3: #9db4f5;
  --heat-4: #4468d6;
  --heat-5: #2450c4;
`;

const dark = `
  --page: #0e1116;
  --card: #171a21;
  --line: #2a2f39;
  --ink: #eceef2;
  --quiet: #9ca4b3;
  --track: #232832;

  --pass: #58c98a;
  --pass-back: #12241a;
  --look: #f0b04a;
  --look-back: #2a2012;
  --fail: #ff8a80;
  --fail-back: #2d1715;
  --none: #9ca4b3;
  --none-back: #1b1f27;

  --tint-1: #3f69dd;
  --tint-2: #7c9cf5;
  --tint-3: #b9c9fb;
  --tint-4: #bd8220;
  --tint-5: #e6bd6d;
  --tint-6: #8f98a8;
  --tint-7: #2f9aa0;
  --tint-8: #9bd4d3;
  --on-dark: #0e1116;
  --on-light: #0e1116;

  --heat-1: #1b2338;
  --heat-2: #26345c;
  --heat-3: #3a559f;
  --heat-4: #6f92f0;
  --heat-5: #a9bffb;
`;

/** One family, three sizes, one accent. Colour means status or quantity and nothing else. */
export const themeCss = `
:root {
  color-scheme: light dark;
  --small: 12px;
  --base: 14px;
  --large: 22px;
${light}}

@media screen and (prefers-color-scheme: dark) {
  :root {${dark}}
}

body {
  margin: 0;
  background: var(--page);
  color: var(--ink);
  font:
    var(--base) / 1.5 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    "Noto Sans",
    "DejaVu Sans",
    sans-serif;
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
`;

/** For pages on which a person chooses one of the two, whatever the system has. */
export const themeSwitchCss = `
@media screen {
  :root[data-theme="light"] {
  color-scheme: light;${light}}
  :root[data-theme="dark"] {
  color-scheme: dark;${dark}}
}
`;
