import { column } from '../table.ts';

/** What is kept of conversations; migrations 0004 and 0006. */
export const conversationTables = {
  /** `id` is a hash of owner, kind and name, so that no owner can name another's; `value` is JSON, or sealed JSON. */
  kept_values: { id: column.id, value: column.longText, expires_at: column.moment },
  /**
   * What a job of the kind `background-response` charges once it is done; `job` is JSON of a `BackgroundJob`. `claimed_until`
   * is from before jobs: it keeps earlier versions away.
   */
  background_responses: {
    request_id: column.id,
    user_id: column.id,
    response_id: column.text(255),
    job: column.longText,
    claimed_until: column.moment,
    created_at: column.moment,
  },
};
