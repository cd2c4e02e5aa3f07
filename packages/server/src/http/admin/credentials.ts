import type { credentialOperations } from '@tollgate/contract/operations/credentials';
import { askTokenThrough } from '../../relay/send/authenticate.ts';
import { beginAccountLogin, finishAccountLogin } from '../../services/account-logins.ts';
import type { StoredCredential } from '../../domain/configuration.ts';
import {
  appendCredentials,
  changeCredentials,
  credentialsOf,
  deleteCredentials,
  presentCredential,
  replaceCredentials,
} from '../../services/configuration/credentials.ts';
import { namesOf } from '../../services/configuration/list-audit.ts';
import type { AdminDeps } from './admin-deps.ts';
import { channelIn } from './channel-inquiries.ts';
import type { Handlers } from './operation.ts';

/** The accounts of a channel, one by one. */
export const credentialHandlers = ({
  accounts,
  configuration,
  inquiries,
  snapshot,
  trials,
}: AdminDeps): Handlers<typeof credentialOperations> => {
  const logins = { accounts, configuration, ask: askTokenThrough(inquiries.upstream) };
  const shown = async (id: string, credentials: readonly StoredCredential[]) => {
    const resting = trials.resting(id);
    const disablers = credentials.flatMap(({ disabled }) => (disabled === undefined ? [] : [disabled.by]));
    const names = await namesOf(configuration.database.db, disablers);
    return credentials.map((one) => presentCredential(one, resting, names));
  };
  return {
    'credentials.list': async ({ params: { id }, query: { state } }) => {
      const all = await shown(id, await credentialsOf(configuration, id));
      return { data: state === undefined ? all : all.filter((one) => one.state === state) };
    },
    'credentials.append': async ({ params: { id }, body }, { caller }) => ({
      data: await shown(id, await appendCredentials(configuration, caller.actor.label, id, body.credentials)),
    }),
    'credentials.login.begin': async ({ params: { id }, body }, { caller: { actor } }) =>
      await beginAccountLogin(logins, { actor, channel: channelIn(snapshot(), id) }, body.by),
    'credentials.login.finish': async ({ params: { id }, body }, { caller: { actor } }) => ({
      state: await finishAccountLogin(logins, { actor, channel: channelIn(snapshot(), id) }, body),
    }),
    'credentials.replace': async ({ params: { id }, body }, { caller }) => ({
      data: await shown(id, await replaceCredentials(configuration, caller.actor.label, id, body.credentials)),
    }),
    'credentials.change': async ({ params: { id }, body }, { caller }) => ({
      data: await shown(id, await changeCredentials(configuration, caller.actor.label, id, body)),
    }),
    'credentials.delete': async ({ params: { id }, body }, { caller }) => ({
      data: await shown(id, await deleteCredentials(configuration, caller.actor.label, id, body.which)),
    }),
  };
};
