import type { ModelMapping, StoredProviderKey } from '../../domain/configuration.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ProviderKeyChannel } from '../../domain/snapshot.ts';
import { openProviderKey } from '../snapshot/open-stored.ts';
import type { ProviderKeyDeps } from './provider-keys.ts';
import { sealProviderKeyCredential } from './sealed-credential.ts';
import { checkCredential, mayBring, providerFor } from './wanted.ts';

/** A key that is tried before anybody keeps it. */
type Draft = Pick<StoredProviderKey, 'provider' | 'settings'> & {
  readonly credential: Readonly<Record<string, string>>;
  readonly model?: string | undefined;
};

/** The channel that a stored key is. Throws when it cannot be opened. */
export function channelOf({ configuration }: ProviderKeyDeps, key: StoredProviderKey): ProviderKeyChannel {
  const channel = openProviderKey(key, { ...configuration, log: { warn: () => undefined } });
  if (channel === undefined || channel.credentials.length === 0)
    throw new Refusal('conflict', 'The provider key cannot be read. Give its credential again.');
  return channel;
}

/** The channel that a key would be. Refuses what would not be kept. */
export async function draftChannel(deps: ProviderKeyDeps, draft: Draft): Promise<ProviderKeyChannel> {
  const { configuration, accounts } = deps;
  const provider = providerFor(configuration, mayBring(accounts), draft);
  const values = checkCredential(provider, draft.credential);
  await configuration.secretBox.reload();
  const id = 'draft';
  const models: readonly ModelMapping[] =
    draft.model === undefined ? [] : [{ name: draft.model, upstream: draft.model }];
  return channelOf(deps, {
    id,
    owner: { kind: 'person', id },
    name: provider.label,
    provider: provider.id,
    settings: draft.settings,
    models,
    placement: 'before',
    sealed: sealProviderKeyCredential(configuration.secretBox, id, values),
    hints: {},
    enabled: true,
    stopped: undefined,
    disabled: undefined,
    createdAt: 0,
    updatedAt: 0,
  });
}
