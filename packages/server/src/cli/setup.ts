import { setupRoot } from '../services/accounts/setup.ts';
import { tell, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate setup`: the first administrator, without a browser. */
export const setup: Verb = {
  name: 'setup',
  summary: 'Make the first administrator (root).',
  options: {
    email: { value: 'EMAIL', doc: 'E-mail address to sign in with.', required: true },
    password: { value: 'PASSWORD', doc: 'At least 8 characters.', required: true },
    name: { value: 'NAME', doc: 'Name shown in the console.' },
    json: { doc: 'Print the account as JSON.' },
  },
  run: (invocation) =>
    withFoundation(invocation, async ({ accounts }) => {
      const { email = '', password = '', name } = invocation.values;
      const user = await setupRoot(accounts, email, password, name);
      tell(invocation, { id: user.id, email: user.email, role: user.role }, `${user.email} is root now.`);
      return 0;
    }),
};
