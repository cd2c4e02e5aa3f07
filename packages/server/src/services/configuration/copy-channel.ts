import { channelInputSchema, type ChannelView } from '@tollgate/contract/api/configuration';
import { mergePatch, mustFind, channelContextOf, writeChannel } from './channels.ts';
import { edit, type Actor, type ConfigurationContext } from './context.ts';
import { presentChannel } from './present.ts';
import { openCredential, validateChannel } from './validated-channel.ts';

/** A channel like another, under a name of its own, with the same accounts. Nobody's file owns the copy. */
export async function copyChannel(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  { name, enabled }: { readonly name: string; readonly enabled: boolean },
): Promise<ChannelView> {
  const { secretBox } = context;
  await secretBox.reload();
  return await edit(context, async (db) => {
    const original = await mustFind(db, id);
    const credentials = original.credentials.map((one) => ({
      ...openCredential(secretBox, one),
      enabled: one.enabled && one.disabled === undefined,
    }));
    const input = channelInputSchema.parse({ ...mergePatch(original, secretBox, {}), credentials, name, enabled });
    const wanted = { ...validateChannel(input, await channelContextOf(db, context)), disabledReason: 'a copy' };
    const stored = await writeChannel(db, context, { actor, owner: undefined, existing: undefined, wanted });
    return presentChannel(context, stored);
  });
}
