import { secureHeaders } from 'hono/secure-headers';
import { pagePolicy } from '../desk/page-policy.js';

/** What a page of ours may do: run what this server gives it, and speak to it. */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: { ...pagePolicy, connectSrc: ["'self'"] },
  xFrameOptions: 'DENY',
  // The address of the first request has the token in it.
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  xContentTypeOptions: true,
  // It is plain HTTP: a browser told otherwise would refuse every other server on this host.
  strictTransportSecurity: false,
});
