import { defaultsOf } from '@tollgate/contract/entities/field';
import { groupFields } from '@tollgate/contract/entities/group';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { multiplierOne } from '../../../domain/price.ts';
import type { Database } from '../../../store/database.ts';
import type { AccountDeps } from '../account-deps.ts';
import { testJobs } from '../../jobs/testing/jobs.ts';
import { createAttemptLimits } from '../attempt-limits.ts';
import { openAuth } from '../auth.ts';
import { passwordHashing } from '../password-hashing.ts';
import type { SignUpDeps } from '../sign-up.ts';

/** At the least that argon2id takes: real hashes would be most of the time that tests of accounts take. */
const passwords = passwordHashing({ memoryCost: 8, timeCost: 1 });

/** Account services on a real database, with a clock that only counts (and can be set), and ids in order. */
export function testAccounts(database: Database): AccountDeps & { settings: Settings; time: number } {
  let count = 0;
  const newId = (): string => (count += 1).toString().padStart(8, '0');
  const groups = new Map(
    ['default', 'vip'].map((name) => [
      name,
      { name, multiplier: multiplierOne, userGroupMultipliers: new Map(), ...defaultsOf(groupFields) },
    ]),
  );
  const deps = {
    database,
    settings: defaultSettings,
    // Real time, because better-auth has its own clock; a test that waits moves this one only.
    time: 0,
    auth: openAuth({ database, secret: 'a secret for tests that is long enough for anybody', newId, passwords }),
    snapshot: () => ({ settings: deps.settings, groups, channels: new Map() }),
    now: () => deps.time || Date.now(),
    newId,
    randomBytes: (bytes: Uint8Array) => void crypto.getRandomValues(bytes),
    // What seals is tried where there is one: http/admin.
    secretBox: {
      seal: () => noSecrets(),
      open: () => noSecrets(),
      knows: () => true,
      reload: () => Promise.resolve(),
    },
  };
  return deps;
}

/** How strangers sign up at such a gateway, which asks for no captcha and has no mail. */
export const testSignUp = (accounts: AccountDeps): SignUpDeps => ({
  accounts,
  attempts: createAttemptLimits(accounts),
  captcha: { assert: () => Promise.resolve() },
  jobs: testJobs(accounts.database),
  mayMail: () => false,
});

const noSecrets = (): never => {
  throw new Error('nothing is sealed here');
};
