import type { Origin } from './upstream.ts';

/** Where a URL's requests go, by way of a proxy or not. */
export function originOf(url: URL, proxy: string | undefined): Origin {
  const tls = url.protocol === 'https:';
  return {
    tls,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    proxy,
  };
}
