import type { AuditEntryView } from '@tollgate/contract/api/configuration';
import type { Audience } from '@tollgate/contract/settings/leaf';
import type { AuditQuery } from '../../store/configuration/audit-log.ts';
import { csvLine } from '../activity/export-format.ts';
import type { ConfigurationContext } from './context.ts';
import { listAudit } from './list-audit.ts';

const pageSize = 500;

const columns = [
  'seq',
  'time',
  'actor',
  'actor_name',
  'action',
  'subject',
  'subject_name',
  'before',
  'after',
  'address',
  'reason',
  'hash',
] as const;

const formats = {
  csv: {
    head: csvLine([...columns]),
    line: (one: AuditEntryView): string =>
      csvLine([
        one.seq,
        new Date(one.at).toISOString(),
        one.actor,
        one.actorName,
        one.action,
        one.subject,
        one.subjectName,
        JSON.stringify(one.before),
        JSON.stringify(one.after),
        one.address,
        one.reason,
        one.hash,
      ]),
  },
  jsonl: { head: '', line: (one: AuditEntryView): string => `${JSON.stringify(one)}\n` },
};

/** The entries that a reader may see, newest first, as a file that is written page by page as it is read. */
export function auditFile(
  context: Pick<ConfigurationContext, 'database' | 'settings'>,
  filters: Omit<AuditQuery, 'onlySettings' | 'limit' | 'before'>,
  reader: Audience,
  format: keyof typeof formats,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { head, line } = formats[format];
  const encoder = new TextEncoder();
  let before: number | undefined;
  let started = false;
  return new ReadableStream({
    async pull(controller) {
      const rows = await listAudit(context, { ...filters, before, limit: pageSize }, reader);
      before = rows.at(-1)?.id;
      const text = (started ? '' : head) + rows.map(line).join('');
      started = true;
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (rows.length < pageSize) controller.close();
    },
  });
}
