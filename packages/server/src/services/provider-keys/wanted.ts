import type { ProviderKeyInput } from '@tollgate/contract/api/provider-keys';
import type { Settings } from '@tollgate/contract/settings';
import type { ModelMapping, StoredProviderKey } from '../../domain/configuration.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AnyProvider } from '../../providers/define.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { invalid, type ConfigurationContext } from '../configuration/context.ts';
import { checkFields, validateModels } from '../configuration/validated-channel.ts';
import { ownAddresses } from '../configuration/where-secrets-go.ts';
import { offeredProviders } from './offered.ts';

/** What is allowed of keys that people bring; refuses while none may be brought. */
export function mayBring({ snapshot }: Pick<AccountDeps, 'snapshot'>): Settings['providerKeys'] {
  const { providerKeys } = snapshot().settings;
  if (providerKeys.enabled) return providerKeys;
  throw new Refusal('forbidden', 'Keys of one’s own to providers are not in use on this gateway.');
}

/**
 * The provider of a key, with its settings checked: they say nothing that leads elsewhere than to the vendor. `kept` is the key as it is,
 * whose provider stays though no more keys to it may be brought.
 */
export function providerFor(
  { providers }: Pick<ConfigurationContext, 'providers'>,
  settings: Settings['providerKeys'],
  wanted: Pick<ProviderKeyInput, 'provider' | 'settings'>,
  kept?: Pick<StoredProviderKey, 'provider'>,
): AnyProvider {
  const offered = offeredProviders(providers, settings).find(({ id }) => id === wanted.provider);
  const provider = offered ?? (kept?.provider === wanted.provider ? providers.get(wanted.provider) : undefined);
  if (provider === undefined) throw invalid('provider', `no keys can be brought to "${wanted.provider}"`);
  checkFields(provider.settings, wanted.settings, 'settings');
  if (ownAddresses(provider, wanted.settings) === undefined)
    throw invalid('settings', `do not lead to an address of ${provider.label}`);
  return provider;
}

export const checkCredential = (
  provider: AnyProvider,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => checkFields(provider.credential, values, 'credential');

export const checkModels = (models: ProviderKeyInput['models']): readonly ModelMapping[] => validateModels(models);
