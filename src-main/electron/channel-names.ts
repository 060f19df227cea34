/** The pair of IPC channels that the wire's messages take; there are no others. */
export const toMainChannel = 'to-main';
export const toPageChannel = 'to-page';
