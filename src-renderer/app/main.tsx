import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { preferredLanguage, startI18n } from './i18n.js';
import { messageClient } from './message-client.js';
import { nextFrame, runStore } from './run-store.js';
import { applyStyles } from './styles.js';
import { applyTheme, storedTheme } from './theme.js';
import { pageTransport } from './transports.js';

applyTheme(storedTheme());
applyStyles();
const client = messageClient(pageTransport());
const run = runStore(client, nextFrame);
await startI18n(preferredLanguage());
createRoot(document.getElementById('root')!).render(<App client={client} run={run} />);
