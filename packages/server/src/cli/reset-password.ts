import { withoutEnd } from '../domain/without-end.ts';
import { cliActor } from '../services/accounts/account-deps.ts';
import { createPasswordReset } from '../services/accounts/password-resets.ts';
import { findUser } from '../services/accounts/people.ts';
import { CommandError, tell, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate reset-password`: a one-time link for somebody who cannot get in, without another administrator. */
export const resetPasswordVerb: Verb = {
  name: 'reset-password',
  summary: 'Make a one-time link with which a user sets a new password.',
  positionals: ['USER'],
  options: { json: { doc: 'Print the link as JSON.' } },
  details: 'The link works once, for a day; one made before is void. Its address is site.publicUrl of the settings.',
  run: (invocation) =>
    withFoundation(invocation, async ({ accounts }) => {
      const [who = ''] = invocation.positionals;
      const user = await findUser(accounts, who);
      if (!user) throw new CommandError(`there is no user "${who}"`);
      const { token, expiresAt } = await createPasswordReset(accounts, cliActor, user.id);
      const { publicUrl } = accounts.snapshot().settings.site;
      const root = publicUrl === '' ? `http://localhost:${invocation.environment.port}` : withoutEnd(publicUrl, '/');
      // In the fragment, which browsers never send: it stays out of access logs and referrers. The name is for password managers.
      const login = encodeURIComponent(user.email ?? user.username ?? '');
      const url = `${root}/reset#token=${token}&user=${login}`;
      tell(invocation, { userId: user.id, url, expiresAt }, url);
      return 0;
    }),
};
