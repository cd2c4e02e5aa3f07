/** Nothing from elsewhere, nothing inline but what is named by its hash, and nobody may frame it. */
export function contentSecurityPolicy(inline: {
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}): string {
  const sources = (hashes: readonly string[]) => ["'self'", ...hashes.map((hash) => `'${hash}'`)].join(' ');
  return [
    "default-src 'none'",
    `script-src ${sources(inline.scripts)}`,
    `style-src ${sources(inline.styles)}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const strictest = contentSecurityPolicy({ scripts: [], styles: [] });

/** Sets the security headers on an answer; a content security policy that is already there stays. */
export function secureHeaders(headers: Headers, secure: boolean): void {
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', strictest);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  if (secure) headers.set('strict-transport-security', 'max-age=31536000');
}

/** `sha256-…` of an inline script or style, as a policy names it. */
export function inlineHash(text: string): string {
  return `sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}`;
}
