import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../contract/wire.js';
import { toMainChannel, toPageChannel } from './channel-names.js';

// All that the page gets of Electron. What it sends is checked by the main side.

let received = false;

contextBridge.exposeInMainWorld('preflight', {
  send: (message) => ipcRenderer.send(toMainChannel, message),
  receive(receiver) {
    if (received) throw new Error('the bridge has its receiver');
    received = true;
    ipcRenderer.on(toPageChannel, (_event, message) => receiver(message));
  },
} satisfies Bridge);
