import { noKey } from '@tollgate/wire/protocol';
import { addressMatches } from '../../domain/ip-match.ts';
import { multiplierFor } from '../../domain/fallbacks.ts';
import type { KeyRecord, KeyRefusal, Snapshot } from '../../domain/snapshot.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';
import { queryOf } from './query.ts';
import { advance, type Identified, type Received } from '../request-context.ts';

/**
 * Who asks, in which group, and what is multiplied there. `presented` is what was sent for a key, where that is not
 * in a header; where the caller is known otherwise, nobody looks at it. A promise only when the key is not cached.
 */
export function identify(deps: RelayDeps, context: Received, presented?: Presented): Identified | Promise<Identified> {
  const { call, at, snapshot } = context;
  if (call.known) {
    // Somebody has signed in for it: what is refused of their key is theirs to find in the log.
    const asked = advance(context, { key: call.known.key });
    return known(asked, checked(asked.key, call.clientIp, at, snapshot));
  }
  const found = checkKey(deps, presented ?? keyText(call.request), call.clientIp, at, snapshot);
  return found instanceof Promise ? found.then((key) => known(context, key)) : known(context, found);
}

function known(context: Received, key: KeyRecord): Identified {
  const group = groupOf(key);
  return advance(context, { key, group, multiplier: multiplierFor(context.snapshot, key.user.group, group) });
}

/** A key as it was sent, or the hash of one by what stands in for it, and until when it does (ms since the epoch). */
export type Presented = string | { readonly keyHash: string; readonly endsAt?: number };

/** The owner of a request's key; see {@link checkKey}. */
export const findKey = (
  deps: RelayDeps,
  request: Request,
  clientIp: () => string,
  now: number,
  snapshot: Snapshot,
): KeyRecord | Promise<KeyRecord> => checkKey(deps, keyText(request), clientIp, now, snapshot);

/**
 * Finds the owner of a key and checks that the key may be used at all: known, enabled, in date, from this address, in a
 * group that exists and is open to it. A promise only when the key is not cached.
 */
export function checkKey(
  deps: RelayDeps,
  presented: Presented | undefined,
  clientIp: () => string,
  now: number,
  snapshot: Snapshot,
): KeyRecord | Promise<KeyRecord> {
  if (presented === undefined)
    throw new Refusal('missing_key', 'No API key was given. Send it as "Authorization: Bearer sk-...".');
  if (typeof presented === 'object' && presented.endsAt !== undefined && presented.endsAt <= now)
    throw new Refusal('key_expired', 'The client secret has expired.');
  const found = typeof presented === 'string' ? deps.keys.find(presented) : deps.keys.findHashed(presented.keyHash);
  return found instanceof Promise
    ? found.then((late) => checked(late, clientIp, now, snapshot))
    : checked(found, clientIp, now, snapshot);
}

/** The group a key's requests run in. */
export const groupOf = (key: KeyRecord): string => key.group ?? key.user.group;

/** Where each protocol's clients put their key; the query is Gemini's, and never reaches a log. */
export function keyText(request: Request): string | undefined {
  const { headers } = request;
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const text = authorization.replace(/^(?:bearer|token) /i, '').trim();
    if (text !== '' && text !== noKey) return text;
  }
  const text =
    headers.get('x-api-key') ??
    headers.get('x-goog-api-key') ??
    headers.get('api-key') ??
    headers.get('mj-api-secret') ??
    queryKey(request.url);
  return text === null || text === '' ? undefined : text;
}

function queryKey(url: string): string | null {
  return url.includes('?') ? queryOf(url).get('key') : null;
}

/** Why a key, or what stands in for one, is not taken. */
export const refusalOfKey = ({ refused }: KeyRefusal, name: string): Refusal =>
  refused === 'unavailable'
    ? new Refusal('database_unavailable', `The ${name} cannot be checked at the moment. Try again shortly.`, {
        retryAfterMs: 2000,
      })
    : new Refusal('invalid_api_key', `The ${name} is not known here.`);

/** What is checked of a key that was found, in this order. */
export function checked(
  found: KeyRecord | KeyRefusal,
  clientIp: () => string,
  now: number,
  snapshot: Snapshot,
): KeyRecord {
  if ('refused' in found) throw refusalOfKey(found, 'API key');
  if (!found.enabled) throw new Refusal('key_disabled', 'This API key is disabled.');
  if (found.expiresAt !== undefined && found.expiresAt <= now)
    throw new Refusal('key_expired', 'This API key has expired.');
  if (!found.user.enabled) throw new Refusal('user_disabled', 'The account that owns this API key is disabled.');
  if (found.allowedIps && !addressMatches(clientIp(), found.allowedIps))
    throw new Refusal('ip_not_allowed', 'This API key may not be used from this address.');
  if (!snapshot.groups.has(groupOf(found)))
    throw new Refusal('group_not_found', `The group "${groupOf(found)}" of this API key does not exist.`);
  if (found.group !== undefined && found.group !== found.user.group && !found.groupGranted)
    throw new Refusal('group_not_allowed', `The group "${found.group}" is not open to this API key’s owner any more.`);
  return found;
}
