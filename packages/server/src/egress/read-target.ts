import { canonicalAddress } from '../domain/ip-match.ts';
import type { ServerAddress } from '../upstream/connection.ts';

/** A URL that may be asked, as far as its text tells. */
export type Target = {
  readonly url: URL;
  readonly server: ServerAddress;
  readonly path: string;
  /** The host when it is an IP address itself, in canonical spelling. */
  readonly literal: string | undefined;
};

/**
 * Reads a URL (`base` is where a redirect came from): http or https, one of the ports, no credentials. Odd spellings of
 * addresses (decimal, octal, hexadecimal, short, full-width) are one address to whoever reads URLs by the standard.
 * Where it may not be asked, a text says why.
 */
export function readTarget(text: string, ports: readonly number[], base?: URL): Target | string {
  const url = URL.parse(text, base?.href);
  if (!url) return 'it is no valid URL';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'only http and https are fetched';
  if (url.username !== '' || url.password !== '') return 'URLs with credentials are not fetched';
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  if (!ports.includes(port)) return `port ${port} is not among those that are fetched from`;
  // A name with the root's dot is the same host, but no certificate carries it.
  const host = url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname;
  if (host === '' || host.length > 253) return 'it names no host';
  return { url, server: { tls, host, port }, path: url.pathname + url.search, literal: canonicalAddress(host) };
}
