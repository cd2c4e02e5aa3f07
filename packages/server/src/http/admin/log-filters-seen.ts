import { Refusal } from '../../domain/refusal.ts';
import type { AskedFilters } from '../../services/activity/log-filters.ts';
import { keysNamed } from '../../services/activity/named-keys.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type CallerContext } from './operation.ts';
import { knownChannels } from './usage.ts';
import { whoseOf } from './whose.ts';

type Named = { readonly keyName?: string | undefined; readonly provider?: string | undefined };

/**
 * Filters of the request log as this caller may ask for them: of whose requests, of channels only where they may be seen, and
 * with the keys that a name stands for, and the channels of a provider. `within` is where the filters stand in what was sent.
 */
export async function seenBy<F extends AskedFilters & Named>(
  { database, snapshot }: Pick<AdminDeps, 'database' | 'snapshot'>,
  context: CallerContext,
  { keyName, provider, ...filters }: F,
  within = '',
): Promise<Omit<F, keyof Named> & AskedFilters> {
  const ofChannels = filters.channelId !== undefined ? 'channelId' : provider !== undefined ? 'provider' : undefined;
  if (ofChannels !== undefined && !callerMay(context.caller, 'channels:read'))
    throw new Refusal('forbidden', 'Only administrators see channels.', { param: `${within}${ofChannels}` });
  const channelIds =
    provider === undefined
      ? undefined
      : knownChannels(snapshot()).flatMap((one) => (one.provider === provider ? [one.id] : []));
  const userId = whoseOf(context, filters.userId);
  const seen = { ...filters, userId, ...(channelIds && { channelIds }) };
  if (keyName === undefined) return seen;
  return { ...seen, keyIds: await keysNamed(database, { userId, name: keyName, param: `${within}keyName` }) };
}
