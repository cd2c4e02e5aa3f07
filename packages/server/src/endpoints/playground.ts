import type { KeyRecord } from '../domain/snapshot.ts';
import type { RelayDeps } from '../relay/deps.ts';
import { relay } from '../relay/relay.ts';
import { endpoints } from './index.ts';
import { createMatcher } from './match.ts';

/** What people ask in the console, as a key of theirs. */
export type Playground = {
  /**
   * Relays a request as if it had come to `path` with the key: the same checks, limits and charge, and the log says where it
   * came from. Answers in the endpoint's protocol. Of its headers only those that say what the body is are handed on: its
   * cookies and tokens are the gateway's own business.
   */
  ask(key: KeyRecord, asked: Asked): Promise<Response>;
};

type Asked = {
  readonly id: string;
  readonly path: `/${string}`;
  readonly request: Request;
  readonly clientIp: string;
};

const handedOn = ['content-type', 'accept', 'user-agent'];

export function openPlayground(deps: RelayDeps, table = endpoints): Playground {
  const match = createMatcher(table);
  return {
    async ask(key, { id, path, request, clientIp }) {
      const matched = match('POST', path, () => new URLSearchParams());
      if (!matched || !('endpoint' in matched)) throw new Error(`no endpoint at ${path}`);
      const headers = new Headers();
      for (const name of handedOn) {
        const value = request.headers.get(name);
        if (value !== null) headers.set(name, value);
      }
      const { body, signal } = request;
      return await relay(deps, matched.endpoint, {
        id,
        request: new Request(`http://gateway${path}`, { method: 'POST', headers, body, signal }),
        ...matched,
        known: { key, via: 'playground' },
        clientIp: () => clientIp,
      });
    },
  };
}
