/**
 * Nothing from elsewhere, nothing inline but what is named by its hash or carries the answer's nonce, and nobody may frame
 * it.
 */
export function contentSecurityPolicy(inline: {
  readonly styles?: readonly string[];
  /** Of this answer alone; what carries it may run. */
  readonly nonce?: string;
  /** Origins of somebody whose script may run, show frames and ask its own. */
  readonly guests?: readonly string[];
  /** Origins that may be shown in a frame, no more. */
  readonly frames?: readonly string[];
}): string {
  const { styles = [], nonce, guests = [], frames = [] } = inline;
  const framed = [...guests, ...frames];
  const sources = (hashes: readonly string[]) =>
    [
      "'self'",
      ...(nonce === undefined ? [] : [`'nonce-${nonce}'`]),
      ...hashes.map((hash) => `'${hash}'`),
      ...guests,
    ].join(' ');
  return [
    "default-src 'none'",
    `script-src ${sources([])}`,
    `style-src ${sources(styles)}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' data: blob:",
    ['connect-src', "'self'", ...guests].join(' '),
    ...(framed.length === 0 ? [] : [`frame-src ${framed.join(' ')}`]),
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const strictest = contentSecurityPolicy({});

/** Sets the security headers on an answer; a content security policy, and who may frame it, stay where they are there already. */
export function secureHeaders(headers: Headers, secure: boolean): void {
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', strictest);
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('x-frame-options')) headers.set('x-frame-options', 'DENY');
  // To others nothing is said; to ourselves it tells which page asks, where a proxy says another host (same-origin.ts).
  headers.set('referrer-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  if (secure) headers.set('strict-transport-security', 'max-age=31536000');
}

/** `sha256-…` of an inline script or style, as a policy names it. */
export function inlineHash(text: string): string {
  return `sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}`;
}
