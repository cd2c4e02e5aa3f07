/** Tables of money and of the request log; created by migration 0001. Columns ending in `_nanos` are bigints. */
export type LedgerTables = Record<never, never>;
