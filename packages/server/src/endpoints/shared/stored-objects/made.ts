import { parseJson } from '@tollgate/wire/json/exact';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import { inputTokens, type Usage } from '@tollgate/wire/ir/usage';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { StoredObject } from '../../../domain/stored-object.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Exchange } from '../../../relay/exchange.ts';
import type { Candidate, Planned } from '../../../relay/request-context.ts';
import { fault } from '../json-endpoint.ts';
import { expiryOf } from './expiry.ts';
import { deleteAtVendor } from './kept-at-vendor.ts';
import { storageOf } from './stretches.ts';

const decoder = new TextDecoder();

/** An answer as the object that it is, if its vendor's id can be kept; undefined of any other. `idKey` is where that stands. */
export function readObject(
  bytes: Uint8Array,
  idKey = 'id',
): { readonly told: JsonObject; readonly vendorId: string } | undefined {
  const told = parseJson(decoder.decode(bytes));
  const vendorId = isObject(told) ? textAt(told, idKey) : undefined;
  return isObject(told) && vendorId !== undefined && vendorId !== '' && vendorId.length <= 200
    ? { told, vendorId }
    : undefined;
}

type MadeKind = Pick<StoredObject, 'kind' | 'requests'> & {
  readonly idKey?: string;
  /** What making it used, where that is paid; what names it takes so much in with it. */
  readonly usageOf?: (told: JsonObject) => Usage | undefined;
};

/** Reads that an account keeps something now, and remembers whose it is. */
export function readMade(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  { kind, requests, idKey, usageOf }: MadeKind,
  bytes: Uint8Array,
): ReturnType<Exchange['readWhole']> {
  const made = readObject(bytes, idKey);
  if (!made) return fault('unexpected_body', `the upstream made a ${kind} and did not tell its id`, undefined);
  const object = objectOf(context, candidate, { kind, ...made, requests });
  const usage = usageOf?.(made.told);
  return {
    usage,
    outputEstimate: 0,
    write: () => ({ body: bytes, contentType: 'application/json', losses: [] }),
    // Files do not change any more; others are as they were last told.
    keep: () =>
      usage
        ? storePaid(deps, context, candidate, object, inputTokens(usage))
        : storeMade(deps, kind === 'file' ? { ...object, finishedAt: object.createdAt } : object),
  };
}

/** The same of what is paid: where its price goes by time, by the time that it is kept too. */
async function storePaid(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  object: StoredObject,
  tokens: number,
): Promise<void> {
  const expiresAt = expiryOf(object.told);
  const paid = storageOf(deps, context, candidate, { tokens, expiresAt });
  if (!paid) return await deps.objects.keep({ ...object, tokens, expiresAt });
  const { storage, job } = paid;
  try {
    await deps.objects.keepPaid({ ...object, tokens, storage, expiresAt: paid.expiresAt }, job);
  } catch (error) {
    // Nobody would pay for the time that it is kept.
    if (!(await deleteAtVendor(deps, object)))
      deps.log.warn({ requestId: object.requestId }, 'what could not be written down could not be deleted either');
    throw error;
  }
}

/** Writes down what an account keeps now: requests that name it go there. */
export async function storeMade(deps: RelayDeps, object: StoredObject): Promise<void> {
  await deps.objects.keep(object);
  // What its vendor forgets by itself is looked up where that is written down.
  if (object.expiresAt !== undefined) return;
  const { channelId, credential } = object;
  deps.conversations.rememberAccount(object.userId, [object.vendorId], { channelId, credential });
}

/** What is written down of something that an account has just begun to keep. */
export function objectOf(
  context: Planned,
  { target, dialect }: Candidate,
  what: Pick<StoredObject, 'kind' | 'vendorId' | 'told' | 'requests' | 'asked'>,
): StoredObject {
  return {
    ...what,
    id: context.call.id.replace(/^req_/, ''),
    userId: context.key.user.id,
    keyId: context.key.id,
    requestId: context.call.id,
    channelId: target.channel.id,
    credential: target.credential.index,
    protocol: dialect.protocol,
    createdAt: context.at,
    updatedAt: context.at,
    finishedAt: undefined,
  };
}
