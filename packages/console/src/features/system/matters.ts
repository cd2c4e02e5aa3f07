import type { SystemView } from '@tollgate/contract/api/system';

/** Something about the gateway itself that somebody should look at. */
export type Matter = {
  readonly key: 'postingFails' | 'writingFails' | 'outboxFull' | 'versions' | 'silent' | 'dead';
  readonly tone: 'danger' | 'warn';
  readonly values: Readonly<Record<string, string | number>>;
};

/** What of a gateway is not as it should be, the worst first. */
export function mattersOf({ nodes, outbox, jobs }: SystemView): readonly Matter[] {
  const matters: Matter[] = [];
  if (outbox.writingFails) matters.push({ key: 'writingFails', tone: 'danger', values: {} });
  if (outbox.postingFails) matters.push({ key: 'postingFails', tone: 'danger', values: { count: outbox.waiting } });
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
