import { cliActor } from '../services/accounts/account-deps.ts';
import { findUser } from '../services/accounts/people.ts';
import { resetSecondFactor } from '../services/accounts/second-factor.ts';
import { CommandError, tell, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate reset-second-factor`: for somebody whose authenticator is lost, without another administrator. */
export const resetSecondFactorVerb: Verb = {
  name: 'reset-second-factor',
  summary: 'Remove the second factor of a user who has lost it.',
  positionals: ['USER'],
  options: { json: { doc: 'Print what was done as JSON.' } },
  details: 'Their sessions end; the password, or another way in, is enough to sign in again and set up a new one.',
  run: (invocation) =>
    withFoundation(invocation, async ({ accounts }) => {
      const [who = ''] = invocation.positionals;
      const user = await findUser(accounts, who);
      if (!user) throw new CommandError(`there is no user "${who}"`);
      await resetSecondFactor(accounts, cliActor, user.id);
      tell(invocation, { userId: user.id }, `The second factor of ${who} is removed.`);
      return 0;
    }),
};
