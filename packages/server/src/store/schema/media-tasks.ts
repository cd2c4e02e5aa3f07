import { column } from '../table.ts';

/** What vendors make while nobody waits; migrations 0025, 0054, 0055, 0079 and 0113. */
export const mediaTaskTables = {
  /**
   * `asked` and `state` are JSON of an `AskedVideo` and a `VideoState`, `job` that of the `BackgroundJob` by which it is charged;
   * `finished_at` is 0 while it is worked on. `files` is JSON of the `KeptFile`s, which are thrown away at `files_until`. `history` is
   * JSON of its `TaskStep`s; `cancelled_at` is 0 while nobody has given it up. `submitter` is the process that asks the vendor to
   * begin it, and empty once that has answered.
   */
  media_tasks: {
    id: column.id,
    request_id: column.id,
    user_id: column.id,
    key_id: column.id,
    kind: column.text(20),
    model: column.text(200),
    channel_id: column.id,
    credential: column.integer,
    protocol: column.text(40),
    vendor_id: column.text(500),
    asked: column.longText,
    status: column.text(20),
    state: column.longText,
    job: column.longText,
    created_at: column.moment,
    updated_at: column.moment,
    finished_at: column.moment,
    files: column.longText,
    files_until: column.moment,
    history: column.longText,
    cancelled_at: column.moment,
    submitter: column.id,
  },
};
