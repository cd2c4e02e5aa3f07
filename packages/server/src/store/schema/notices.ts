import { column, optional } from '../table.ts';

/** What people are told of; migration 0044. */
export const noticeTables = {
  /** `events` is a JSON array; `sealed` is JSON of what the kind needs to know, which opens with `notice-target:<id>`. */
  notice_targets: {
    id: column.id,
    user_id: column.id,
    kind: column.text(20),
    name: column.text(60),
    enabled: column.flag,
    events: column.longText,
    language: column.text(10),
    quiet_from: optional(column.integer),
    quiet_to: optional(column.integer),
    below_usd: optional(column.text(20)),
    sealed: column.longText,
    hint: column.text(200),
    created_at: column.moment,
  },
  /** What was told already; `id` is the SHA-256 of what of whom. */
  notice_marks: { id: column.text(64), at: column.moment },
};
