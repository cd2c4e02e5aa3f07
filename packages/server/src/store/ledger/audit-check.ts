import type { RawBuilder } from 'kysely';

type Row = {
  readonly subject: string;
  readonly found_nanos: bigint | null;
  readonly expected_nanos: bigint | null;
};

/** A query that finds nothing while the books agree. */
export type Check = { readonly name: string; readonly query: RawBuilder<Row>; readonly unit: 'nanos' | 'plain' };

export const check = (name: string, query: RawBuilder<Row>): Check => ({ name, query, unit: 'nanos' });

/** One whose numbers are counts, or amounts of a currency of their own. */
export const plainCheck = (name: string, query: RawBuilder<Row>): Check => ({ name, query, unit: 'plain' });
