import type { ProviderKeyOwner } from '../../domain/configuration.ts';
import type { Db } from '../../store/database.ts';
import { providerKeyRepository } from '../../store/provider-keys.ts';
import { recordProviderKey } from './record.ts';

/** Ends the provider keys of an owner, in the transaction by which that owner itself ends. */
export async function endProviderKeys(
  db: Db,
  owner: ProviderKeyOwner,
  { actor, at }: { readonly actor: string; readonly at: number },
): Promise<void> {
  for (const before of await providerKeyRepository.ofOwner(db, owner)) {
    await providerKeyRepository.remove(db, before.id);
    await recordProviderKey(db, { actor, at, before, after: undefined });
  }
}
