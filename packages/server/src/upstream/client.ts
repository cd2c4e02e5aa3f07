import { createFetchClient } from './fetch-client.ts';
import { createHttp1Client } from './http1-client.ts';
import type { Http1Options } from './http1-client.ts';
import type { UpstreamClient } from './upstream.ts';

export type UpstreamClientOptions = Http1Options;

/** The gateway's client: our own HTTP/1.1 for direct origins, `fetch` or SOCKS for those behind a proxy. */
export function createUpstreamClient(options: UpstreamClientOptions = {}): UpstreamClient {
  const direct = createHttp1Client(options);
  const proxied = createFetchClient({ ca: options.ca });
  return {
    send: (request, handler) => (request.origin.proxy === undefined ? direct : proxied).send(request, handler),
    stats() {
      const [one, other] = [direct.stats(), proxied.stats()];
      return { active: one.active + other.active, idle: one.idle + other.idle };
    },
    close() {
      direct.close();
      proxied.close();
    },
  };
}
