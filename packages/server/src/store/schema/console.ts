import { column } from '../table.ts';

/** What people keep of the console; migration 0012. */
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
  },
};
