import { createIndex, type Migration } from './migration.ts';

/** The tasks of somebody, and of everybody, the newest first, of whatever kind: names of their own sort within their kind alone. */
export const tasksByTimeMigration: Migration = {
  name: '0113-tasks-by-time',
  up: async (context) => {
    const table = 'media_tasks';
    await createIndex(context, { name: 'media_tasks_by_user_time', table, columns: ['user_id', 'request_id'] });
    await createIndex(context, { name: 'media_tasks_by_time', table, columns: ['request_id'] });
  },
};
