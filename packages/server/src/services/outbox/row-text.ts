import type { PostingRow } from '../../store/ledger/posting-row.ts';

/**
 * A row as one line of text: its fields between tabs. No field holds a tab or a newline (posting-row.ts sees to it, and
 * JSON escapes them), so nothing has to be escaped, which is what makes this cheaper than JSON of the whole.
 */
export function writeRow(row: PostingRow): string {
  const head = `${row.id}\t${row.at}\t${row.userId}\t${row.keyId}\t${row.model}\t${row.channelId}\t${row.status}\t${row.failed}\t${row.errorCode}\t${row.stream}\t${row.inputTokens}\t${row.outputTokens}\t${row.ttftMs}\t${row.totalMs}\t${row.detail}`;
  const { charge } = row;
  if (charge === undefined) return head;
  return `${head}\t${row.amount}\t${charge.priceVersion}\t${charge.multiplier}\t${charge.lines}\t${charge.usage}\t${charge.source}`;
}

const uncharged = 15;
const charged = 21;

/** The reverse of {@link writeRow}. Throws on text that it never wrote. */
export function readRow(text: string): PostingRow {
  const fields = text.split('\t');
  if (fields.length !== uncharged && fields.length !== charged) throw new Error('not a row of the outbox');
  const field = (index: number): string => fields[index] ?? '';
  const number = (index: number): number => {
    const value = Number(field(index));
    if (!Number.isSafeInteger(value)) throw new Error('not a number of the outbox');
    return value;
  };
  return {
    id: field(0),
    at: number(1),
    userId: field(2),
    keyId: field(3),
    model: field(4),
    channelId: field(5),
    status: number(6),
    failed: number(7),
    errorCode: field(8),
    stream: number(9),
    inputTokens: number(10),
    outputTokens: number(11),
    ttftMs: number(12),
    totalMs: number(13),
    detail: field(14),
    amount: fields.length === charged ? BigInt(field(15)) : 0n,
    charge:
      fields.length === charged
        ? {
            priceVersion: field(16),
            multiplier: number(17),
            lines: field(18),
            usage: field(19),
            source: field(20),
          }
        : undefined,
  };
}
