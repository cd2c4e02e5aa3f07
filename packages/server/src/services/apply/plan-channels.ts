import type { ConfigFile } from '@tollgate/contract/config-file';
import type { StoredChannel } from '../../domain/configuration.ts';
import { validateChannel, openCredential, openWiring } from '../configuration/validated-channel.ts';
import type { WantedChannel, WantedCredential } from '../configuration/validated-channel.ts';
import { removeChannel, writeChannel } from '../configuration/channels.ts';
import { channelFields } from './fields.ts';
import type { Fields, OpenedChannel } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { attempt, compare, deletion, dropped, owned, unique } from './work.ts';
import type { Work } from './work.ts';

/** The file's channels, and the removal of those it no longer names. `groups` are the names there will be. */
export function planChannels(
  work: Work,
  inputs: NonNullable<ConfigFile['channels']>,
  groups: ReadonlySet<string>,
): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'channels', inputs);
  const rows = new Map(stored.channels.map((row) => [row.name, row]));
  const steps = inputs.flatMap((input, index): readonly RunnableStep[] => {
    const existing = rows.get(input.name);
    owned(work, existing?.owner, ['channels', index, 'name']);
    const validated = attempt(work, ['channels', index], () =>
      validateChannel(input, { providers: context.providers, groups }),
    );
    if (validated === undefined) return [];
    const before = existing && openStored(work, existing);
    const matched = matchCredentials(validated.credentials, before?.credentials ?? []);
    const after = { ...validated, credentials: inStoredOrder(matched, before?.credentials ?? []) };
    const step = compare(
      'channel',
      input.name,
      existing && { fields: before?.fields ?? new Map(), owner: existing.owner },
      channelFields(after),
      owner,
    );
    const wanted: WantedChannel = { ...validated, credentials: matched };
    return [{ ...step, run: (db) => writeChannel(db, context, { actor: owner, owner, existing, wanted }) }];
  });
  const gone = dropped(work, stored.channels, inputs, (existing) =>
    deletion('channel', existing.name, (db) => removeChannel(db, context, owner, existing)),
  );
  return [...steps, ...gone];
}

type OpenedCredential = {
  readonly id: string;
  readonly values: Readonly<Record<string, string>>;
  readonly enabled: boolean;
};

/** A channel whose seal is broken compares as different in everything, and is so written anew. */
function openStored(
  work: Work,
  existing: StoredChannel,
): { readonly fields: Fields; readonly credentials: readonly OpenedCredential[] } | undefined {
  try {
    const credentials = existing.credentials.map((credential): OpenedCredential => ({
      id: credential.id,
      values: openCredential(work.context.secretBox, credential),
      enabled: credential.enabled,
    }));
    return {
      fields: channelFields({ ...existing, wiring: openWiring(work.context.secretBox, existing), credentials }),
      credentials,
    };
  } catch {
    return undefined;
  }
}

/** Credentials that are there already keep their id and index, so that their health is not forgotten. */
function matchCredentials(
  wanted: readonly WantedCredential[],
  stored: readonly OpenedCredential[],
): readonly WantedCredential[] {
  const left = [...stored];
  return wanted.map((credential) => {
    const index = left.findIndex((candidate) => Bun.deepEquals(candidate.values, credential.values));
    const [match] = index < 0 ? [] : left.splice(index, 1);
    return match === undefined ? credential : { id: match.id, values: undefined, enabled: credential.enabled };
  });
}

/** As they will be stored: kept ones in their old order, new ones after them. So a file that only reorders changes nothing. */
function inStoredOrder(
  matched: readonly WantedCredential[],
  stored: readonly OpenedCredential[],
): OpenedChannel['credentials'] {
  const kept = stored.flatMap((credential) => {
    const wanted = matched.find((candidate) => candidate.id === credential.id);
    return wanted === undefined ? [] : [{ values: credential.values, enabled: wanted.enabled }];
  });
  const added = matched
    .filter((credential) => credential.id === undefined)
    .map(({ values = {}, enabled }) => ({ values, enabled }));
  return [...kept, ...added];
}
