/**
 * What a page of ours may load: our own files, and pictures that are written within it; no inline code or style, no frame,
 * no form. The desktop's page talks by its bridge; that of `serve` may connect to its server as well.
 */
export const pagePolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};
