import { column, defaulted, optional } from '../table.ts';

/** What people keep of the console; migrations 0012, 0020, 0031 and 0058. */
export const consoleTables = {
  /** `query` is the page's search parameters. */
  saved_views: {
    id: column.id,
    user_id: column.id,
    page: column.text(60),
    name: column.text(60),
    query: column.longText,
    created_at: column.moment,
    updated_at: column.moment,
    shared: defaulted(column.flag),
  },
  /** A file that is made in the background; `filters` is JSON. Its bytes are the chunks, in their order. */
  exports: {
    id: column.id,
    user_id: column.id,
    format: column.text<'csv' | 'jsonl' | 'account'>(10),
    filters: column.longText,
    sees_channels: column.flag,
    state: column.text<'waiting' | 'running' | 'done' | 'failed'>(10),
    progress_millionths: column.integer,
    row_count: column.bigint,
    byte_count: column.bigint,
    truncated: column.flag,
    error: optional(column.longText),
    created_at: column.moment,
    expires_at: column.moment,
  },
  /** A verdict on the books that somebody asked for. `problems` is JSON; `error` says why there is no verdict. */
  book_checks: {
    id: column.id,
    asked_by: column.text(100),
    created_at: column.moment,
    finished_at: optional(column.moment),
    unexplained: optional(column.bigint),
    problems: optional(column.longText),
    error: optional(column.longText),
  },
  /** Images for the site, each by the name under which it is served; `base64` is its bytes. */
  site_images: {
    name: column.text(80),
    content_type: column.text(40),
    base64: column.longText,
    created_at: column.moment,
  },
  export_chunks: { export_id: column.id, chunk: column.integer, content: column.longText },
};
