// The scripts run before anything is installed, so they are plain JavaScript, without types.
declare module '*.mjs';
