import { repair, verify as verifyBooks } from '../services/ledger/verify.ts';
import type { Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate verify`: do the books agree? */
export const verify: Verb = {
  name: 'verify',
  summary: 'Recompute the books from the journal; exit 1 with the rows that do not fit.',
  options: {
    repair: { doc: 'Rebuild cached balances first. Journal and charges are never touched.' },
    json: { doc: 'Print the result as JSON.' },
  },
  run: (invocation) =>
    withFoundation(invocation, async ({ database }) => {
      const check = invocation.switches.has('repair') ? repair : verifyBooks;
      const result = await check(database, Date.now());
      if (invocation.switches.has('json')) invocation.out(JSON.stringify(result));
      else {
        for (const problem of result.problems) invocation.out(JSON.stringify(problem));
        invocation.out(`unexplained: ${result.unexplained}`);
      }
      return result.unexplained === 0 ? 0 : 1;
    }),
};
