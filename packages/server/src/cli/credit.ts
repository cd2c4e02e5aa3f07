import { formatUsd, zeroNanos } from '../domain/money.ts';
import { cliActor } from '../services/accounts/account-deps.ts';
import { balancesOf, findUser, usdToNanos } from '../services/accounts/people.ts';
import { creditUser } from '../services/accounts/credit-user.ts';
import { CommandError, tell, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate credit`: money into a wallet (or, with a minus, out of it). */
export const credit: Verb = {
  name: 'credit',
  summary: 'Credit an account, in USD.',
  positionals: ['USER', 'USD'],
  options: {
    note: { value: 'TEXT', doc: 'Why; kept in the books.', required: true },
    once: { value: 'KEY', doc: 'Idempotency key: a second call with the same one changes nothing.' },
    json: { doc: 'Print the new balance as JSON.' },
  },
  details: 'To take money back, put -- before a negative amount: tollgate credit --note "Refund" -- USER -5',
  run: (invocation) =>
    withFoundation(invocation, async ({ accounts }) => {
      const [who = '', usd = ''] = invocation.positionals;
      const user = await findUser(accounts, who);
      if (!user) throw new CommandError(`there is no user "${who}"`);
      const { note = '', once } = invocation.values;
      await creditUser(accounts, cliActor, { userId: user.id, amount: usdToNanos(usd), note, idempotencyKey: once });
      const balance = (await balancesOf(accounts, [user.id])).get(user.id) ?? zeroNanos;
      tell(invocation, { userId: user.id, balanceNanos: balance.toString() }, `${who} has ${formatUsd(balance)} USD.`);
      return 0;
    }),
};
