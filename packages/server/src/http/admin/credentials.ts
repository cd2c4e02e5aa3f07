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
  const shown = (id: string, credentials: readonly StoredCredential[]) => {
    const resting = trials.resting(id);
    return credentials.map((one) => presentCredential(one, resting));
  };
  return {
    'credentials.list': async ({ params: { id }, query: { state } }) => {
      const all = shown(id, await credentialsOf(configuration, id));
      return { data: state === undefined ? all : all.filter((one) => one.state === state) };
    },
    'credentials.append': async ({ params: { id }, body }, { caller }) => ({
      data: shown(id, await appendCredentials(configuration, caller.actor.label, id, body.credentials)),
    }),
    'credentials.login.begin': async ({ params: { id }, body }, { caller: { actor } }) =>
      await beginAccountLogin(logins, { actor, channel: channelIn(snapshot(), id) }, body.by),
    'credentials.login.finish': async ({ params: { id }, body }, { caller: { actor } }) => ({
      state: await finishAccountLogin(logins, { actor, channel: channelIn(snapshot(), id) }, body),
    }),
    'credentials.replace': async ({ params: { id }, body }, { caller }) => ({
      data: shown(id, await replaceCredentials(configuration, caller.actor.label, id, body.credentials)),
    }),
    'credentials.change': async ({ params: { id }, body }, { caller }) => ({
      data: shown(id, await changeCredentials(configuration, caller.actor.label, id, body)),
    }),
    'credentials.delete': async ({ params: { id }, body }, { caller }) => ({
      data: shown(id, await deleteCredentials(configuration, caller.actor.label, id, body.which)),
    }),
  };
};
