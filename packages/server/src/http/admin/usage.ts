import type { usageOperations } from '@tollgate/contract/operations/usage';
import type { UsageDimension } from '@tollgate/contract/api/usage';
import { Refusal } from '../../domain/refusal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { queryUsage, type KnownChannel } from '../../services/activity/query-usage.ts';
import { changeView, forgetView, savedViews, saveView, type Viewer } from '../../services/activity/saved-views.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type Caller, type CallerContext, type Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

const dayMs = 86_400_000;
const longestRangeMs = 400 * dayMs;
/** By the hour there would be too many rows. */
const longestByHourMs = 32 * dayMs;

/** Usage by any of its sides, and the views that somebody keeps. */
export const usageHandlers = (deps: AdminDeps): Handlers<typeof usageOperations> => {
  const viewDeps = { database: deps.database, now: deps.accounts.now, newId: deps.accounts.newId };
  return {
    'usage.query': async ({ query }, context) => {
      const { userId, keyId, model, group, endpoint, channelId, provider, zoneMinutes, ...ask } = query;
      const { groupBy, splitBy } = ask;
      const channels = knownChannels(deps.snapshot());
      maySee(context, { groupBy, splitBy, channelId, provider });
      const { from, to } = rangeOf(query, deps.accounts.now(), [groupBy, splitBy].includes('hour'));
      const channelIds = channelId === undefined ? undefined : [channelId];
      return await queryUsage(
        { database: deps.database, channels },
        {
          ...ask,
          splitBy,
          from,
          to,
          zoneMs: zoneMinutes * 60_000,
          filters: {
            userId: whoseOf(context, userId),
            keyId,
            model,
            group,
            endpoint,
            channelIds:
              provider === undefined
                ? channelIds
                : channels
                    .filter((one) => one.provider === provider && (channelId ?? one.id) === one.id)
                    .map(({ id }) => id),
          },
        },
      );
    },
    'views.list': async ({ query }, { caller }) => ({
      data: [...(await savedViews(viewDeps, viewerOf(caller), query.page))],
    }),
    'views.create': async ({ body }, { caller }) => await saveView(viewDeps, viewerOf(caller), body),
    'views.update': async ({ params, body }, { caller }) =>
      await changeView(viewDeps, viewerOf(caller), params.id, body),
    'views.delete': async ({ params }, { caller }) => {
      await forgetView(viewDeps, viewerOf(caller), params.id);
    },
  };
};

const viewerOf = (caller: Caller): Viewer => ({
  userId: caller.user.id,
  mayShare: callerMay(caller, 'settings:write'),
});

export const knownChannels = (snapshot: Snapshot): readonly KnownChannel[] =>
  [...snapshot.channels.values()].map(({ id, name, provider }) => ({ id, name, provider: provider.id }));

type Sides = {
  readonly groupBy: UsageDimension;
  readonly splitBy: UsageDimension | undefined;
  readonly channelId: string | undefined;
  readonly provider: string | undefined;
};

/** Channels are for administrators, and so is who else there is. */
function maySee(context: CallerContext, { groupBy, splitBy, channelId, provider }: Sides): void {
  const seesChannels = callerMay(context.caller, 'channels:read');
  for (const [param, asked] of [
    ['groupBy', groupBy],
    ['splitBy', splitBy],
  ] as const) {
    if ((asked === 'channel' || asked === 'provider') && !seesChannels)
      throw new Refusal('forbidden', 'Only administrators see channels.', { param });
    if (asked === 'user' && context.reach !== 'any')
      throw new Refusal('forbidden', 'Only administrators see what belongs to others.', { param });
  }
  if ((channelId ?? provider) !== undefined && !seesChannels)
    throw new Refusal('forbidden', 'Only administrators see channels.', {
      param: channelId === undefined ? 'provider' : 'channelId',
    });
}

function rangeOf(
  query: { readonly from?: number | undefined; readonly to?: number | undefined },
  now: number,
  byHour: boolean,
): { readonly from: number; readonly to: number } {
  const to = query.to ?? now;
  const from = query.from ?? to - dayMs;
  const longest = byHour ? longestByHourMs : longestRangeMs;
  if (from > to || to - from > longest)
    throw new Refusal('invalid_request', `must lie before \`to\`, by ${longest / dayMs} days at most`, {
      param: 'from',
    });
  return { from, to };
}
