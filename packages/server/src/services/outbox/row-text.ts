import { debitsBefore, readDebits, writeDebits } from '../../domain/debits.ts';
import { nanos } from '../../domain/money.ts';
import { outboxFields, readsAs, type PostedField, type PostedFields } from '../../store/ledger/posted-columns.ts';
import type { PostingRow } from '../../store/ledger/posting-row.ts';

/**
 * A row as one line of text: the version of its form and then its fields, between tabs. No field holds a tab or a newline
 * (posting-row.ts sees to it, and JSON escapes them), so nothing has to be escaped, which is what makes this cheaper than
 * JSON of the whole.
 */
const version = '2';

/**
 * The fields of `outboxFields` in their order (a test compares them). They are spelled out because a loop over their names, of which no
 * place in the code knows which is next, takes half as long again: a microsecond for each request.
 */
export const writeRow = (row: PostingRow): string =>
  `${version}\t${row.id}\t${row.at}\t${row.userId}\t${row.keyId}\t${row.model}\t${row.channelId}\t${row.status}` +
  `\t${row.failed}\t${row.errorCode}\t${row.stream}\t${row.inputTokens}\t${row.outputTokens}\t${row.amount}` +
  `\t${row.ttftMs}\t${row.totalMs}\t${row.detail}\t${row.priceVersion}\t${row.multiplier}\t${row.lines}` +
  `\t${row.usage}\t${row.source}\t${row.debitsText}\t${row.logged}\t${row.reserved}\t${row.group}` +
  `\t${row.endpoint}\t${row.cacheRead}\t${row.cacheWrite}\t${row.cacheSaved}\t${row.cacheExtra}\t${row.summedAs}` +
  `\t${row.cost}\t${row.costed}`;

/** The reverse of {@link writeRow}, of this version and of those before it. Throws on text that none of them wrote. */
export function readRow(text: string): PostingRow {
  const fields = text.split('\t');
  return fields[0] === version ? readFields(fields) : readFirstVersion(fields);
}

/** Columns are only ever added at the end: a row that was written before there was one has neither its field. */
function readFields(fields: readonly string[]): PostingRow {
  if (fields.length > outboxFields.length + 1) throw new Error('a row of the outbox that a later version wrote');
  const values = outboxFields.map((field, index) => {
    const value = fields[index + 1] ?? '';
    const reads = readsAs[index];
    return [field, reads === 'text' ? value : reads === 'nanos' ? BigInt(value) : whole(value)] as const;
  });
  // The table of columns says which field has which type.
  const row = Object.fromEntries(values) as Record<PostedField, unknown> as PostedFields;
  const charged = row.debitsText !== '';
  return { ...row, charged, debits: charged ? written(row.debitsText) : [] };
}

const written = (text: string) => readDebits(text).map(({ meter, kind, amount }) => ({ meter, kind, amount }));

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error('not a number of the outbox');
  return value;
}

const uncharged = 15;
const charged = 21;

/**
 * A row from before rows had versions: it begins with the id of a request, does not say who paid, and always has a line
 * for the log.
 */
function readFirstVersion(fields: readonly string[]): PostingRow {
  if (fields.length !== uncharged && fields.length !== charged) throw new Error('not a row of the outbox');
  const field = (index: number): string => fields[index] ?? '';
  const isCharged = fields.length === charged;
  const amount = nanos(isCharged ? BigInt(field(15)) : 0n);
  const [userId, keyId] = [field(2), field(3)];
  const debits = isCharged
    ? debitsBefore(userId, keyId, amount).map((debit) => ({ meter: debit.meter, kind: debit.kind, amount }))
    : [];
  return {
    id: field(0),
    at: whole(field(1)),
    userId,
    keyId,
    model: field(4),
    channelId: field(5),
    status: whole(field(6)),
    failed: whole(field(7)),
    errorCode: field(8),
    stream: whole(field(9)),
    inputTokens: whole(field(10)),
    outputTokens: whole(field(11)),
    ttftMs: whole(field(12)),
    totalMs: whole(field(13)),
    detail: field(14),
    amount,
    priceVersion: field(16),
    multiplier: whole(field(17)),
    lines: field(18),
    usage: field(19),
    source: field(20),
    debitsText: isCharged ? writeDebits(debits) : '',
    logged: 1,
    reserved: 0,
    group: '',
    endpoint: '',
    cacheRead: 0,
    cacheWrite: 0,
    cacheSaved: 0n,
    cacheExtra: 0n,
    summedAs: '',
    cost: 0n,
    costed: 0,
    charged: isCharged,
    debits,
  };
}
