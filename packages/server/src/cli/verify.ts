import { verifyAudit, type SealedVerdict } from '../services/configuration/audit-seals.ts';
import { repair, verify as verifyBooks } from '../services/ledger/verify.ts';
import type { Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

const words: Readonly<Record<SealedVerdict['problems'][number]['kind'], string>> = {
  changed: 'was changed',
  missing: 'and maybe more are gone',
  end: 'is not the last that was written',
  seal: 'does not fit the seal that was made of it',
};

/** `tollgate verify`: do the books agree, and is the audit log as it was written? */
export const verify: Verb = {
  name: 'verify',
  summary: 'Recompute the books from the journal and follow the audit log; exit 1 with what does not fit.',
  options: {
    repair: { doc: 'Rebuild cached balances first. Journal and charges are never touched.' },
    json: { doc: 'Print the result as JSON.' },
  },
  run: (invocation) =>
    withFoundation(invocation, async ({ database, secretBox }) => {
      const check = invocation.switches.has('repair') ? repair : verifyBooks;
      const result = await check(database, Date.now());
      const audit = await verifyAudit({ database, secretBox });
      if (invocation.switches.has('json')) invocation.out(JSON.stringify({ ...result, audit }));
      else {
        for (const problem of result.problems) invocation.out(JSON.stringify(problem));
        invocation.out(`unexplained: ${result.unexplained}`);
        for (const { seq, kind } of audit.problems) invocation.out(`audit log: entry ${seq} ${words[kind]}`);
        if (audit.problems.length === 0)
          invocation.out(
            `audit log: ${audit.entries} entries, sealed up to ${audit.sealedTo ?? 'none'}, ending with ${audit.head.seq} ${audit.head.hash}`,
          );
      }
      return result.unexplained === 0 && audit.problems.length === 0 ? 0 : 1;
    }),
};
