import { secureHeaders } from 'hono/secure-headers';

/** What a page of ours may do: run what this server gives it, and speak to it. */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  // The address of the first request has the token in it.
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  xContentTypeOptions: true,
  // It is plain HTTP: a browser told otherwise would refuse every other server on this host.
  strictTransportSecurity: false,
});
