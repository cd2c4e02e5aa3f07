import type { Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate migrate`: everything else migrates too; this does nothing more, for deployments that want it apart. */
export const migrateVerb: Verb = {
  name: 'migrate',
  summary: 'Bring the database up to date.',
  run: (invocation) =>
    withFoundation(invocation, async ({ database }) => {
      invocation.out(`The ${database.kind} database is up to date.`);
      return 0;
    }),
};
