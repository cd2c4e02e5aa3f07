import { column } from '../table.ts';

/** What providers' accounts keep for users; migration 0033. */
export const storedObjectTables = {
  /**
   * `told` is JSON of the object as its vendor last told it, `facts` of what the gateway itself knows of it, `job` that of the
   * `BackgroundJob` by which a batch is charged, empty otherwise; `finished_at` is 0 while it is worked on, `expires_at` where
   * its vendor keeps it until it is deleted.
   */
  stored_objects: {
    id: column.id,
    user_id: column.id,
    key_id: column.id,
    request_id: column.id,
    kind: column.text(20),
    channel_id: column.id,
    credential: column.integer,
    protocol: column.text(40),
    vendor_id: column.text(200),
    told: column.longText,
    facts: column.longText,
    job: column.longText,
    created_at: column.moment,
    updated_at: column.moment,
    finished_at: column.moment,
    expires_at: column.moment,
  },
};
