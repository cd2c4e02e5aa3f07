/** Tables of what is kept of conversations; created by migrations 0004 and 0006. */
export type ConversationTables = {
  readonly kept_values: KeptValueRow;
  readonly background_responses: BackgroundResponseRow;
};

/** `id` is a hash of owner, kind and name, so that no owner can name another's; `value` is JSON, or sealed JSON. */
export type KeptValueRow = {
  id: string;
  value: string;
  expires_at: number;
};

/** `job` is JSON of a `BackgroundJob`; until `claimed_until` one process looks after it. */
export type BackgroundResponseRow = {
  request_id: string;
  user_id: string;
  response_id: string;
  job: string;
  claimed_until: number;
  created_at: number;
};
