import type { Settings } from '@tollgate/contract/settings';
import type { AnyProvider } from '../../providers/define.ts';
import { isAtItsOwnAddress, isOnTheInternet } from '../configuration/where-secrets-go.ts';

/**
 * The providers that keys may be brought to. Nobody who brings one says where it goes: a provider that is asked wherever somebody
 * says is none of them, and one within the operator's own network only where the operator names it.
 */
export function offeredProviders(
  providers: ReadonlyMap<string, AnyProvider>,
  { providers: named }: Pick<Settings['providerKeys'], 'providers'>,
): readonly AnyProvider[] {
  return [...providers.values()].filter(
    (provider) =>
      // An account that is signed in to comes by another way.
      provider.login === undefined &&
      isAtItsOwnAddress(provider) &&
      (named.length === 0 ? isOnTheInternet(provider) : named.includes(provider.id)),
  );
}
