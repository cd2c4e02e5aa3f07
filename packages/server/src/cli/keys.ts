import { cliActor } from '../services/accounts/account-deps.ts';
import { createKey } from '../services/accounts/api-keys.ts';
import { rotateDataKey, rotateMasterSecret } from '../services/secret-box/rotate.ts';
import { tell, UsageError, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate keys create`: an API key for an account. */
export const keysCreate: Verb = {
  name: 'keys create',
  summary: 'Make an API key; its text is printed this once.',
  options: {
    user: { value: 'EMAIL_OR_ID', doc: 'Owner of the key.', required: true },
    name: { value: 'NAME', doc: 'What the key is for.', required: true },
    group: { value: 'GROUP', doc: 'Group its requests run in; default: the owner’s.' },
    'limit-usd': { value: 'USD', doc: 'Spending limit.' },
    strict: { doc: 'Refuse requests that no translation keeps whole, instead of serving them with losses.' },
    json: { doc: 'Print the key as JSON.' },
  },
  run: (invocation) =>
    withFoundation(invocation, async ({ accounts }) => {
      const { user = '', name = '', group, 'limit-usd': limitUsd } = invocation.values;
      const made = await createKey(accounts, cliActor, {
        userEmailOrId: user,
        name,
        ...(group === undefined ? {} : { group }),
        ...(limitUsd === undefined ? {} : { limitUsd }),
        strictConversion: invocation.switches.has('strict'),
      });
      const { id, name: called, strictConversion } = made.apiKey;
      tell(invocation, { id, name: called, strictConversion, key: made.text }, made.text);
      return 0;
    }),
};

/** `tollgate keys rotate`: new secrets for sealed credentials. */
export const keysRotate: Verb = {
  name: 'keys rotate',
  summary: 'Seal every channel credential anew under a fresh data key.',
  options: {
    master: { doc: 'Also replace the master secret (by a new key file, or by NEW_SECRET from standard input).' },
    json: { doc: 'Print the result as JSON.' },
  },
  details:
    'A running gateway follows within a second. With --master and TOLLGATE_SECRET set, the new secret is read from\n' +
    'standard input; set TOLLGATE_SECRET to it afterwards and restart.',
  run: (invocation) =>
    withFoundation(invocation, async ({ database, secretBox, configuration: { settings }, environment }) => {
      const now = (): number => Date.now();
      const rotated = await rotateDataKey({ database, secretBox, settings, now, actor: 'cli' });
      if (invocation.switches.has('master')) {
        const next = environment.secret === undefined ? undefined : (await Bun.stdin.text()).trim();
        if (next !== undefined && next.length < 32)
          throw new UsageError('the new secret on standard input must have 32 characters or more');
        await rotateMasterSecret({
          database,
          dataDir: environment.dataDir,
          from: environment.secret,
          to: next,
          now,
          actor: 'cli',
        });
      }
      tell(invocation, rotated, `${rotated.resealed} texts sealed anew under ${rotated.keyId}.`);
      return 0;
    }),
};
