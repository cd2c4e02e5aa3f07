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
export function ownHostsOf(asked: string | null, publicUrl: string): readonly string[] {
  const hosts: string[] = [];
  if (asked !== null) hosts.push(asked);
  if (URL.canParse(publicUrl)) hosts.push(new URL(publicUrl).host);
  return hosts;
}

/**
 * Whether a browser that asked for this host may use cookies: where a public URL is set, under its name only. A stranger's
 * name that leads here (DNS rebinding) would make their page one of our own. An address, and the machine's own name for
 * itself, is nobody's name: so administrators find in when the public URL is wrong. A proxy may ask under a name of its own and not
 * say which the browser asked for: then the page that the browser says it is on tells, which no page of a stranger's can forge.
 */
export function mayUseCookies(asked: string | null, publicUrl: string, page?: string): boolean {
  if (!URL.canParse(publicUrl)) return true;
  if (page === new URL(publicUrl).host) return true;
  if (asked === null || !URL.canParse(`http://${asked}`)) return false;
  const { hostname } = new URL(`http://${asked}`);
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname.startsWith('[')) return true;
  return hostname === new URL(publicUrl).hostname || /^\d+(?:\.\d+){3}$/.test(hostname);
}

/** The host of the page that a browser says is asking; undefined where it says none. */
export function askingPage(headers: { get(name: string): string | null }): string | undefined {
  const origin = headers.get('origin');
  const page = origin !== null && origin !== 'null' ? origin : headers.get('referer');
  return page !== null && URL.canParse(page) ? new URL(page).host : undefined;
}

/** A Host that is a host: path characters in it have fooled routers that build URLs from it, and so have ports that are none. */
export function isPlainHost(host: string | null): boolean {
  if (host === null) return true;
  const found = /^(?:\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(host);
  return found !== null && Number(found[1] ?? 0) <= 65_535 && URL.canParse(`http://${host}`);
}
