import type { JobState } from '@tollgate/contract/job-states';
import { column, optional } from '../table.ts';

/** What happens later; migration 0008. */
export const jobTables = {
  /**
   * `due_at` is when a process may claim the job: its moment while it waits, the end of the claim while it runs, null at rest.
   * `epoch` grows with every claim and with whatever a person does to the job; only who knows the present one may write.
   * `dedupe_key` is unique among the jobs that are not over; `again_at` says that the job was asked for once more while it ran.
   */
  jobs: {
    id: column.id,
    kind: column.text(60),
    state: column.text<JobState>(12),
    payload: column.longText,
    dedupe_key: optional(column.text(190)),
    due_at: optional(column.moment),
    again_at: optional(column.moment),
    attempts: column.integer,
    epoch: column.bigint,
    claimed_by: optional(column.text(190)),
    created_at: column.moment,
    started_at: optional(column.moment),
    finished_at: optional(column.moment),
    last_error: optional(column.longText),
  },
};
