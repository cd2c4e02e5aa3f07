/** Tables of what is kept of conversations; created by migration 0004. */
export type ConversationTables = {
  readonly kept_values: KeptValueRow;
};

/** `id` is a hash of owner, kind and name, so that no owner can name another's; `value` is JSON, or sealed JSON. */
export type KeptValueRow = {
  id: string;
  value: string;
  expires_at: number;
};
