import type { BookCheckView, SystemView } from '@tollgate/contract/api/system';

/** Something about the gateway itself that somebody should look at. */
export type Matter = {
  readonly key: 'postingFails' | 'writingFails' | 'books' | 'outboxFull' | 'versions' | 'silent' | 'dead';
  readonly tone: 'danger' | 'warn';
  readonly values: Readonly<Record<string, string | number>>;
};

/** What of a gateway is not as it should be, the worst first. `checks` are those of its books, the latest first. */
export function mattersOf(
  { nodes, outbox, jobs }: SystemView,
  checks: readonly Pick<BookCheckView, 'state' | 'unexplained'>[] = [],
): readonly Matter[] {
  const matters: Matter[] = [];
  if (outbox.writingFails) matters.push({ key: 'writingFails', tone: 'danger', values: {} });
  if (outbox.postingFails) matters.push({ key: 'postingFails', tone: 'danger', values: { count: outbox.waiting } });
  // What is being checked again, or could not be, leaves the verdict before in force.
  const verdict = checks.find(({ state }) => state === 'agree' || state === 'differ');
  if (verdict?.state === 'differ')
    matters.push({ key: 'books', tone: 'danger', values: { count: verdict.unexplained ?? 0 } });
  if (outbox.bytes * 2 > outbox.maxBytes)
    matters.push({
      key: 'outboxFull',
      tone: outbox.bytes >= outbox.maxBytes ? 'danger' : 'warn',
      values: { percent: Math.round((outbox.bytes / outbox.maxBytes) * 100) },
    });
  const silent = nodes.filter(({ alive, leases }) => !alive && leases > 0).length;
  if (silent > 0) matters.push({ key: 'silent', tone: 'warn', values: { count: silent } });
  const versions = new Set(nodes.filter(({ alive }) => alive).map(({ version }) => version ?? '?'));
  if (versions.size > 1)
    matters.push({ key: 'versions', tone: 'warn', values: { versions: [...versions].join(', ') } });
  const dead = jobs.counts.dead ?? 0;
  if (dead > 0) matters.push({ key: 'dead', tone: 'warn', values: { count: dead } });
  return matters;
}
