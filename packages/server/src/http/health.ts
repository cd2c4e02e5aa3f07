import type { Load } from '../relay/admit/load.ts';

export type HealthSources = {
  readonly load: Load;
  /** What waits for the main database, and how much of it is allowed to. */
  ledger(): { readonly unpostedBytes: number; readonly unposted: number };
  readonly maxUnpostedBytes: number;
};

/**
 * Liveness and readiness. A database that is down does not make a process unready: known keys go on being served within
 * their leases, and taking every process out of rotation at once would turn a hiccup into an outage.
 */
export function createHealth(sources: HealthSources) {
  const answer = (status: number, body: object): Response =>
    Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
  return {
    live: (): Response => answer(200, { status: 'ok' }),
    ready(): Response {
      const { unpostedBytes, unposted } = sources.ledger();
      const reasons: string[] = [];
      if (sources.load.shuttingDown) reasons.push('shutting down');
      if (unpostedBytes >= sources.maxUnpostedBytes) reasons.push('the outbox is full');
      const body = { status: reasons.length === 0 ? 'ready' : 'unready', reasons, unposted };
      return answer(reasons.length === 0 ? 200 : 503, body);
    },
  };
}
