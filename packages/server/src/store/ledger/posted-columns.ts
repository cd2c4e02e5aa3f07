/**
 * What is posted of a request: each field of a {@link PostedFields} row, how it reads back from the outbox, and the
 * columns of `charges` and `request_logs` that it goes into. Both posters and the outbox follow this table (the outbox's
 * `writeRow` spells it out once more). A new column is one line **at its end**, because rows that wait in an outbox have their fields in this order; they lack the new one,
 * and are read as '' or 0.
 */
const postedColumns = [
  ['id', 'text', 'request_id', 'id'],
  ['at', 'whole', 'created_at', 'at'],
  ['userId', 'text', 'user_id', 'user_id'],
  ['keyId', 'text', 'key_id', 'key_id'],
  ['model', 'text', null, 'model'],
  ['channelId', 'text', null, 'channel_id'],
  ['status', 'whole', null, 'status'],
  ['failed', 'whole', null, 'failed'],
  ['errorCode', 'text', null, 'error_code'],
  ['stream', 'whole', null, 'stream'],
  ['inputTokens', 'whole', null, 'input_tokens'],
  ['outputTokens', 'whole', null, 'output_tokens'],
  ['amount', 'nanos', 'amount_nanos', 'amount_nanos'],
  ['ttftMs', 'whole', null, 'ttft_ms'],
  ['totalMs', 'whole', null, 'total_ms'],
  ['detail', 'text', null, 'detail'],
  ['priceVersion', 'text', 'price_version', null],
  ['multiplier', 'whole', 'multiplier', null],
  ['lines', 'text', 'bill_lines', null],
  ['usage', 'text', 'usage_json', null],
  ['source', 'text', 'source', null],
  ['debitsText', 'text', 'debits', null],
  ['logged', 'whole', 'logged', null],
  ['reserved', 'whole', null, null],
  ['group', 'text', null, null],
  ['endpoint', 'text', null, null],
  ['cacheRead', 'whole', null, null],
  ['cacheWrite', 'whole', null, null],
  ['cacheSaved', 'nanos', null, null],
  ['cacheExtra', 'nanos', null, null],
  ['summedAs', 'text', null, null],
  ['cost', 'nanos', 'cost_nanos', null],
  ['costed', 'whole', 'costed', null],
] as const satisfies readonly (readonly [string, keyof Values, string | null, string | null])[];

type Values = { readonly text: string; readonly whole: number; readonly nanos: bigint };

/** A row's fields, as the table above names them. */
export type PostedFields = { readonly [C in (typeof postedColumns)[number] as C[0]]: Values[C[1]] };

export type PostedField = keyof PostedFields;

/** Fields in the order of the outbox, and how each reads back. */
export const outboxFields: readonly PostedField[] = postedColumns.map(([field]) => field);
export const readsAs: readonly (keyof Values)[] = postedColumns.map(([, reads]) => reads);

/** Columns of one table with the fields that go into them. */
export type Columns = { readonly names: readonly string[]; readonly fields: readonly PostedField[] };

const columnsOf = (column: (line: (typeof postedColumns)[number]) => string | null): Columns => {
  const lines = postedColumns.flatMap((line) => {
    const name = column(line);
    return name === null ? [] : [[name, line[0]] as const];
  });
  return { names: lines.map(([name]) => name), fields: lines.map(([, field]) => field) };
};

/** Besides these, a charge has the `transaction_id` of the batch that posts it. */
export const chargeColumns: Columns = columnsOf((line) => line[2]);
export const logColumns: Columns = columnsOf((line) => line[3]);
