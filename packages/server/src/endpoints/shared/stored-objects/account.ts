import { unknownModel } from '@tollgate/wire/models/traits';
import { priceOf } from '../../../domain/catalogue.ts';
import { ownerOf, servingTo } from '../../../domain/provider-keys.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { StoredObject } from '../../../domain/stored-object.ts';
import type { Channel, Snapshot } from '../../../domain/snapshot.ts';
import { pathFor } from '../../../providers/path.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { pathAt, prepare } from '../../../relay/plan/targets.ts';
import type { Candidate, Inspected } from '../../../relay/request-context.ts';
import type { Operation, ProtocolId } from '@tollgate/wire/protocol';
import type { AccountRef } from '../../../services/conversations/conversations.ts';
import { isSameAccount } from '../foreign-resources.ts';
import { ask } from '../../../relay/send/ask.ts';
import { authenticate } from '../../../relay/send/authenticate.ts';
import type { UpstreamRequest } from '../../../upstream/upstream.ts';
import { shorten } from '@tollgate/wire/text';

export type StoredKind = Extract<
  Operation,
  | 'files'
  | 'file-uploads'
  | 'batches'
  | 'uploads'
  | 'conversations'
  | 'containers'
  | 'vector-stores'
  | 'skills'
  | 'agents'
  | 'environments'
  | 'vaults'
  | 'characters'
  | 'cached-contents'
>;

/** What is kept, in whose words. */
export type StoredAs = { readonly kind: StoredKind; readonly protocol: ProtocolId };

/** Where an account keeps things of a kind; undefined when it keeps none. */
function pathOfKind({ provider, settings }: Channel, { kind, protocol }: StoredAs): string | undefined {
  const dialect = provider.dialects.find((one) => one.protocol === protocol);
  const target = { model: '', settings, stream: false, traits: unknownModel, client: protocol } as const;
  return dialect && pathFor(dialect, kind, target);
}

/** A channel's accounts as candidates that keep things; with a model, those that serve it, at its price. */
function candidatesOf(
  snapshot: Snapshot,
  channel: Channel,
  as: StoredAs,
  model: string | undefined,
): readonly Candidate[] {
  const dialect = channel.provider.dialects.find((one) => one.protocol === as.protocol);
  const served = model === undefined ? undefined : channel.models.get(model);
  if (!dialect || pathOfKind(channel, as) === undefined || (model !== undefined && !served)) return [];
  return channel.credentials
    .filter(({ enabled }) => enabled)
    .map((credential) => ({
      target: { channel, credential },
      mode: 'passthrough',
      dialect,
      upstreamModel: served?.upstream ?? '',
      traits: served?.traits ?? unknownModel,
      // The estimate is of many answers together.
      maxOutputTokens: undefined,
      reasoning: undefined,
      price: model === undefined || !served ? undefined : priceOf(snapshot.models, model, served),
    }));
}

/**
 * Who may keep something new for this key: those that serve its model where it has one, else any of its group's. Throws when nobody may;
 * `param` is where the model is named.
 */
export function candidatesToStore(
  { snapshot, key, group }: Inspected,
  as: StoredAs,
  model: string | undefined,
  param = 'file',
): readonly Candidate[] {
  if (model !== undefined && key.models !== undefined && !key.models.has(model))
    throw new Refusal('model_not_allowed', `This API key may not use the model "${shorten(model)}".`, {
      param,
    });
  const channels =
    model === undefined
      ? new Set([...(snapshot.routes.get(group)?.values() ?? [])].flat())
      : // Nothing is made here of a model that is for its owner's provider keys alone.
        new Set(servingTo(snapshot, ownerOf(key), group).house(model));
  if (model !== undefined && channels.size === 0)
    throw new Refusal(
      'model_not_found',
      `The model "${shorten(model)}" does not exist or is not available to this API key.`,
      { param },
    );
  const found = [...channels]
    .toSorted((a, b) => b.priority - a.priority)
    .flatMap((channel) => candidatesOf(snapshot, channel, as, model));
  if (found.length > 0) return found;
  throw new Refusal(
    'operation_not_supported',
    `No channel that is open to this API key keeps ${as.kind} in this protocol.`,
  );
}

/** Of those who may keep something new, who has a price for its model, unless what has none is allowed. Throws when nobody has. */
export function pricedAmong(candidates: readonly Candidate[], { snapshot, summary }: Inspected): readonly Candidate[] {
  const priced = candidates.filter(({ price }) => price || snapshot.settings.relay.allowUnpriced);
  if (priced.length > 0) return priced;
  throw new Refusal('model_price_missing', `The model "${summary.model}" has no price. An administrator must set one.`);
}

/** Of those who may keep something new, who keeps all that it names. Throws when nobody does; `param` is where it is named. */
export function storingAll(
  candidates: readonly Candidate[],
  accounts: readonly AccountRef[],
  param: string | null,
): readonly Candidate[] {
  const found = candidates.filter(({ target }) =>
    accounts.every((one) => isSameAccount(one, { channelId: target.channel.id, credential: target.credential.index })),
  );
  if (found.length > 0) return found;
  throw new Refusal('operation_not_supported', 'No account keeps all that the request names.', { param });
}

/** The account that keeps an object. Throws when it is gone, or taken out of use. */
export function storingCandidate(snapshot: Snapshot, object: StoredAt, kind: StoredKind, model?: string): Candidate {
  const channel = snapshot.channels.get(object.channelId);
  const found =
    channel &&
    candidatesOf(snapshot, channel, { kind, protocol: object.protocol }, model).find(
      ({ target }) => target.credential.index === object.credential,
    );
  if (found) return found;
  throw new Refusal('operation_not_supported', 'The provider account that keeps it is not asked for this any more.');
}

/** Where something is kept, and in whose words. */
export type StoredAt = Pick<StoredObject, 'channelId' | 'credential' | 'protocol'>;

/** What is asked of one of the things that an account keeps. */
type Question = {
  /** GET by default. */
  readonly method?: UpstreamRequest['method'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: UpstreamRequest['body'];
};

/** A request of one of the things that an account keeps: `/files/{id}` with what follows. */
export function requestAt(
  deps: RelayDeps,
  { channelId, credential: index, protocol }: StoredAt,
  kind: StoredKind,
  rest: string,
  { method = 'GET', headers, body }: Question = {},
): UpstreamRequest | Promise<UpstreamRequest> | undefined {
  const channel = deps.snapshot().channels.get(channelId);
  const credential = channel?.credentials.find((one) => one.index === index);
  const path = channel && pathOfKind(channel, { kind, protocol });
  if (!channel || !credential || path === undefined) return undefined;
  const prepared = prepare(channel, credential);
  return authenticate(
    deps,
    { channel, credential },
    {
      origin: prepared.origin,
      method,
      path: pathAt(prepared, path + rest),
      headers: { ...prepared.headers, ...headers },
      body,
      connectTimeoutMs: channel.timeouts.connectMs ?? deps.snapshot().settings.relay.connectTimeoutMs,
    },
  );
}

type AskingAt = Question & {
  /** Given the pieces of what is there (status 200) as they come; else they are collected. */
  readonly take?: (piece: Uint8Array) => void;
};

/** Asks the account that keeps something; undefined when it cannot be asked, or does not answer. */
export async function askAt(
  deps: RelayDeps,
  object: StoredAt,
  kind: StoredKind,
  rest: string,
  { take, ...question }: AskingAt = {},
): Promise<{ readonly status: number; readonly body: Uint8Array } | undefined> {
  const request = await requestAt(deps, object, kind, rest, question);
  const asked = request && (await ask(deps, deps.snapshot().settings.relay, request, take));
  return asked === undefined || 'cause' in asked ? undefined : asked;
}
