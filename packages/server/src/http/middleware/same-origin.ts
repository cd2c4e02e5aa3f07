const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request may use the browser's cookies to change something: only when it proves to come from our own pages.
 * `Sec-Fetch-Site` is set by every browser of these years and by no page; older ones send `Origin`, whose host must be
 * the one asked for (the scheme may differ behind a proxy that ends TLS). A request with neither is no browser's and
 * may not use cookies; scripts have access tokens, which no browser adds on its own.
 */
export function provesSameOrigin(request: Request, ownHosts: readonly string[]): boolean {
  if (reading.has(request.method)) return true;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  if (origin === null || !URL.canParse(origin)) return false;
  return ownHosts.includes(new URL(origin).host);
}

/**
 * Whether a page of another site is behind the request. Asked of calls without cookies (sign-in, setup), which a
 * script may make, but no stranger's page on behalf of its visitor.
 */
export function isCrossSite(request: Request, ownHosts: readonly string[]): boolean {
  const named = request.headers.has('sec-fetch-site') || request.headers.has('origin');
  return named && !provesSameOrigin(request, ownHosts);
}

/** Names by which this gateway is reached: the one asked for, and that of `site.publicUrl`. */
export function ownHostsOf(request: Request, publicUrl: string): readonly string[] {
  const hosts: string[] = [];
  const asked = request.headers.get('host');
  if (asked !== null) hosts.push(asked);
  if (URL.canParse(publicUrl)) hosts.push(new URL(publicUrl).host);
  return hosts;
}

/** A Host that is a host: path characters in it have fooled routers that build URLs from it. */
export const isPlainHost = (host: string | null): boolean =>
  host === null || /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?$/.test(host);
