/** Buttons and fields: hairlines, one accent, and the same height for what stands side by side. */
export const controlsCss = `
.button,
.skip {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-height: 34px;
  padding: 0 14px;
  border: 1px solid var(--line);
  border-radius: 7px;
  background: var(--card);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
}
.button[data-hovered] {
  border-color: var(--quiet);
}
.button[data-pressed] {
  background: var(--track);
}
.button[data-disabled] {
  color: var(--quiet);
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--card);
  font-weight: 600;
}
.button.primary[data-disabled] {
  opacity: 0.6;
}
[data-react-aria-pressable] {
  touch-action: pan-x pan-y pinch-zoom;
}

.field {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  align-content: start;
  gap: 4px;
  min-width: 0;
}
.field > .label {
  color: var(--quiet);
  font-size: var(--small);
}
.input {
  box-sizing: border-box;
  width: 100%;
  min-height: 34px;
  padding: 0 10px;
  border: 1px solid var(--edge);
  border-radius: 7px;
  background: var(--card);
  color: var(--ink);
  font: inherit;
  text-align: left;
}
:root {
  --edge: color-mix(in srgb, var(--quiet) 80%, var(--card));
}
.input[data-hovered] {
  border-color: var(--quiet);
}
[data-invalid] .input,
.input[data-invalid] {
  border-color: var(--fail);
}
.choice-button {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 8px;
  cursor: pointer;
}
.choice-button > :first-child {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.caret {
  flex: none;
  width: 7px;
  height: 7px;
  margin: -4px 2px 0 0;
  border: solid var(--quiet);
  border-width: 0 1.5px 1.5px 0;
  transform: rotate(45deg);
}
.hint {
  color: var(--quiet);
  font-size: var(--small);
}
.field-error {
  color: var(--fail);
  font-size: var(--small);
}
.popover {
  box-sizing: border-box;
  min-width: var(--trigger-width);
  max-width: 360px;
  max-height: 320px;
  overflow-y: auto;
  border: 1px solid var(--edge);
  border-radius: 8px;
  background: var(--card);
  color: var(--ink);
}
.list {
  padding: 4px;
  outline: none;
}
.list-item {
  padding: 6px 10px;
  border-radius: 5px;
  outline: none;
  cursor: default;
}
.list-item[data-focused] {
  background: var(--track);
}
.list-item[data-selected] {
  font-weight: 600;
}

.numeric {
  text-align: right;
}
.input::placeholder {
  color: var(--quiet);
}
.scale {
  grid-column: 1 / -1;
  grid-template-columns: minmax(0, 1fr) 92px;
  align-items: center;
  column-gap: 16px;
}
.scale > .label {
  grid-column: 1 / -1;
}
.scale:has(.field-error) {
  grid-template-columns: minmax(0, 1fr);
}
.scale input[type="range"] {
  width: 100%;
  margin: 0;
  accent-color: var(--accent);
  cursor: pointer;
}
.toggle {
  display: inline-flex;
  align-items: center;
  gap: 8px;
  min-height: 28px;
  cursor: pointer;
}
.toggle .box {
  display: grid;
  place-items: center;
  flex: none;
  width: 16px;
  height: 16px;
  border: 1px solid var(--edge);
  border-radius: 4px;
}
.toggle[data-selected] .box {
  border-color: var(--accent);
  background: var(--accent);
}
.toggle[data-selected] .box::after {
  content: "";
  width: 4px;
  height: 8px;
  margin-top: -2px;
  border: solid var(--card);
  border-width: 0 2px 2px 0;
  transform: rotate(45deg);
}
.toggle[data-focus-visible] .box {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.copy {
  display: inline-flex;
  align-items: center;
  gap: 10px;
}
`;
