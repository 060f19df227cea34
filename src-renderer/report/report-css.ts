/** The page, its verdict, and the marks of a status. */
export const reportCss = `
.report {
  max-width: 1120px;
  margin: 0 auto;
  padding: 24px 32px 64px;
}
.report h1,
.report h2,
.report h3,
.report p,
.report dl,
.report dd,
.report ul,
.report ol {
  margin: 0;
  padding: 0;
}
.report b {
  font-weight: 600;
}
.report small {
  display: block;
  color: var(--quiet);
  font-size: var(--small);
  font-weight: 400;
}
.report small.inline,
.missing small {
  display: inline;
}

.masthead {
  margin-bottom: 20px;
}
.report > .brand {
  font-weight: 600;
  margin-bottom: 12px;
}
.masthead dl {
  display: grid;
  grid-template-columns: repeat(4, auto);
  justify-content: space-between;
  gap: 8px 32px;
}
dt {
  color: var(--quiet);
  font-size: var(--small);
}

.verdict {
  display: grid;
  grid-template-columns: minmax(0, 1fr) minmax(0, 420px);
  gap: 24px 48px;
  padding: 28px 28px;
  border: 1px solid var(--tone);
  border-radius: 10px;
  background: var(--tone-back);
}
.verdict h1 {
  display: flex;
  align-items: center;
  gap: 10px;
  font-size: var(--large);
  font-weight: 700;
  line-height: 1.2;
}
.verdict h1 .shape {
  width: 26px;
  height: 26px;
  margin: 0;
}
.verdict .headline {
  margin-top: 10px;
  font-size: 16px;
  max-width: 56ch;
}
.verdict .note {
  margin-top: 8px;
  color: var(--quiet);
}
.verdict .solved {
  margin-top: 10px;
  font-weight: 600;
}
.verdict .edited {
  margin-bottom: 14px;
  padding: 6px 10px;
  border: 1px solid var(--fail);
  border-radius: 6px;
  background: var(--fail-back);
  color: var(--fail);
  font-weight: 600;
}
.key-figures {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 18px 24px;
  align-content: start;
}
.key-figures b {
  margin-right: 8px;
  font-size: var(--large);
  line-height: 1.25;
}

.pass {
  --tone: var(--pass);
  --tone-back: var(--pass-back);
}
.look {
  --tone: var(--look);
  --tone-back: var(--look-back);
}
.fail {
  --tone: var(--fail);
  --tone-back: var(--fail-back);
}
.none {
  --tone: var(--none);
  --tone-back: var(--none-back);
}
.status {
  color: var(--tone);
  white-space: nowrap;
}
.shape {
  flex: none;
  width: 13px;
  height: 13px;
  margin-right: 6px;
  vertical-align: -1.5px;
}
.shape .body {
  fill: var(--tone);
}
.shape .sign {
  fill: none;
  stroke: var(--card);
  stroke-width: 1.8;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.shape .ring {
  fill: none;
  stroke: var(--tone);
  stroke-width: 1.8;
  stroke-dasharray: 3.4 2.3;
}
`;
