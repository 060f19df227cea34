/** The dialog in which a report is exported. */
export const exportCss = `
.wide-modal {
  box-sizing: border-box;
  width: min(760px, calc(100vw - 32px));
  max-width: none;
  max-height: calc(100vh - 32px);
  overflow-y: auto;
}
.dialog .report {
  max-width: none;
  margin: 0;
  padding: 0;
}
.dialog .toggle-field {
  margin-bottom: 8px;
}
.dialog .tall {
  max-height: 32vh;
  margin-bottom: 14px;
}
.dialog .export-forms {
  margin: 0 0 14px;
  padding: 0;
  list-style: none;
}
.export-forms li {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 16px;
  padding: 7px 0;
  border-top: 1px solid var(--line);
}
.export-forms .button {
  flex: none;
}
.export-forms small {
  display: block;
  color: var(--quiet);
  font-size: var(--small);
}
`;
