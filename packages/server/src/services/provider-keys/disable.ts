import { providerKeyRepository } from '../../store/provider-keys.ts';
import { edit, type ConfigurationContext } from '../configuration/context.ts';
import { recordProviderKey } from './record.ts';

/**
 * The gateway takes a key out of use that its provider has refused; its owner takes it back. False when it was out already, or is gone.
 */
export async function disableProviderKey(context: ConfigurationContext, id: string, reason: string): Promise<boolean> {
  return await edit(context, async (db) => {
    const before = await providerKeyRepository.find(db, id);
    if (before === undefined || before.disabled !== undefined) return false;
    const at = context.now();
    const after = { ...before, disabled: { reason: reason.slice(0, 300), by: 'gateway', at }, updatedAt: at };
    await providerKeyRepository.update(db, after);
    await recordProviderKey(db, { actor: 'gateway', at, before, after });
    return true;
  });
}
