import type { TaskEgress } from '@tollgate/wire/ir/videos';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { readJson } from '@tollgate/wire/json/read';
import { isOver, type MediaTask } from '../../domain/media-task.ts';
import { channelById, type Credential } from '../../domain/snapshot.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { MediaTasks } from '../../relay/media-tasks.ts';
import type { Planned } from '../../relay/request-context.ts';
import { sameSecret } from '../../services/accounts/secret-text.ts';
import { isSignedWebhook } from '../../services/standard-webhooks.ts';
import { taskEgress } from './vendors.ts';

/** How a vendor is told to call when a task has come further. */
export type VendorCalls = {
  /** What it shows then; undefined where it is not told to. */
  readonly called: string | undefined;
  /** The request with the address in it. */
  tell(body: JsonObject): JsonObject;
};

export const noCalls: VendorCalls = { called: undefined, tell: (body) => body };

/**
 * The calls that a vendor is told to make, where it makes any and the operator wants them. Whoever calls is believed nothing but that it is
 * worth asking: the address has a token in it that only the vendor knows, and what became of the task its account is asked.
 */
export function vendorCalls(
  { snapshot }: Pick<Planned, 'snapshot'>,
  { callback }: TaskEgress,
  id: string,
): VendorCalls {
  const { media, site } = snapshot.settings;
  if (!callback || !media.polling.callbacks || !URL.canParse(site.publicUrl)) return noCalls;
  const called = crypto.randomUUID().replaceAll('-', '');
  const url = `${site.publicUrl.replace(/\/$/, '')}/api/webhooks/media/${id}/${called}`;
  return { called, tell: (body) => callback(body, url) };
}

/** The doors at which vendors call. */
export type MediaCalls = {
  /** What the vendor of a task shows; undefined for tasks that are over, or whose vendor does not call. */
  called(id: string): Promise<string | undefined>;
  /** Answers a call: one with the right token, signed where its account has a secret for that, has the task asked after at once. */
  take(call: VendorCall): Promise<Response>;
  /** A secret by which accounts of a channel sign; undefined while none has any. */
  signing(channelId: string): string | undefined;
  /** Answers a call that comes for the accounts of a channel: one that is signed has the task of which it speaks asked after at once. */
  takeSigned(call: SignedCall): Promise<Response>;
};

type SignedCall = { readonly channelId: string; readonly headers: Headers; readonly body: Uint8Array };

type VendorCall = {
  /** The task's. */
  readonly id: string;
  /** What was shown, and what was to be. */
  readonly token: string;
  readonly called: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

export type MediaCallDeps = Pick<RelayDeps, 'snapshot'> & {
  readonly tasks: Pick<MediaTasks, 'findAny' | 'findOpen' | 'hasten'>;
  readonly clock: Pick<RelayDeps['clock'], 'now'>;
};

const secretOf = (credential: Credential | undefined): string => credential?.values['webhookSecret'] ?? '';

const heard = (): Response => Response.json({ status: 'success' });

export function openMediaCalls({ tasks, snapshot, clock }: MediaCallDeps): MediaCalls {
  const accountsOf = (channelId: string): readonly Credential[] =>
    channelById(snapshot(), channelId)?.credentials ?? [];
  const find = async (id: string): Promise<MediaTask | undefined> => {
    const task = id.length > 100 ? undefined : await tasks.findAny(id);
    return task && !isOver(task.state) ? task : undefined;
  };
  return {
    async called(id) {
      return (await find(id))?.asked.called;
    },
    async take({ id, token, called, headers, body }) {
      if (!sameSecret(token, called)) return Response.json({ error: 'not its token' }, { status: 403 });
      const task = await find(id);
      const secret = secretOf(accountsOf(task?.channelId ?? '').find(({ index }) => index === task?.credential));
      if (secret !== '' && !isSignedWebhook(secret, headers, body, clock.now())) return unsigned();
      // Some ask first whether anybody hears them, and want their word back.
      const challenge = textIn(body, 'challenge');
      if (challenge !== undefined) return Response.json({ challenge: challenge.slice(0, 1000) });
      await tasks.hasten(id);
      return heard();
    },
    signing: (channelId) =>
      accountsOf(channelId)
        .map(secretOf)
        .find((secret) => secret !== ''),
    async takeSigned({ channelId, headers, body }) {
      const signs = (account: Credential): boolean =>
        secretOf(account) !== '' && isSignedWebhook(secretOf(account), headers, body, clock.now());
      if (!accountsOf(channelId).some(signs)) return unsigned();
      const read = readJson(body);
      const dialects = channelById(snapshot(), channelId)?.provider.dialects ?? [];
      for (const { protocol, videos } of 'json' in read ? dialects : []) {
        const vendorId = videos && 'json' in read ? taskEgress(protocol).calledAbout?.(read.json) : undefined;
        const task = vendorId === undefined ? undefined : await tasks.findOpen(channelId, vendorId.slice(0, 500));
        if (task) await tasks.hasten(task.id);
      }
      // Of what others make with the same account nobody here knows.
      return heard();
    },
  };
}

const unsigned = (): Response => Response.json({ error: 'not signed by the account' }, { status: 403 });

function textIn(body: Uint8Array, name: string): string | undefined {
  const read = readJson(body);
  return 'json' in read && isObject(read.json) ? textAt(read.json, name) : undefined;
}
