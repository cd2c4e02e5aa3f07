import type { EffectiveKey } from '@tollgate/contract/api/keys';
import type { Settings } from '@tollgate/contract/settings';
import { formatDecimal } from '../../domain/decimal.ts';
import { multiplierFor } from '../../domain/fallbacks.ts';
import { ownerOf } from '../../domain/provider-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { KeyRecord, Snapshot } from '../../domain/snapshot.ts';
import { listModels } from '../../endpoints/models/models.ts';
import { checked, groupOf } from '../../relay/receive/identify.ts';

/** What holds for a key at the moment `now` (ms since the epoch), asked of the rules that its requests are asked by. */
export function effectiveKey(
  snapshot: Snapshot,
  key: KeyRecord,
  now: number,
  walletNanos: string | null,
): EffectiveKey {
  const name = groupOf(key);
  const known = snapshot.groups.has(name);
  return {
    refusal: refusalOf(snapshot, key, now),
    group: {
      name,
      from: key.group === undefined ? 'user' : 'key',
      multiplier: known ? formatDecimal(multiplierFor(snapshot, key.user.group, name), 6) : null,
    },
    models: {
      from: key.models === undefined ? 'group' : 'key',
      data: listModels(snapshot, { ...key, owner: ownerOf(key) }, name).map(({ id, operations }) => ({
        name: id,
        operations: operations === undefined ? null : [...operations],
      })),
    },
    limits: limitsOf(key, snapshot.settings),
    walletNanos,
    walletOf: key.teamId === undefined ? 'user' : 'team',
  };
}

/** The code with which any request of the key would be refused; where it comes from is another matter. */
function refusalOf(snapshot: Snapshot, key: KeyRecord, now: number): string | null {
  try {
    checked({ ...key, allowedIps: undefined }, () => '', now, snapshot);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const metrics = ['requestsPerMinute', 'tokensPerMinute', 'concurrent'] as const;

function limitsOf(key: KeyRecord, { limits }: Settings): EffectiveKey['limits'] {
  return metrics.flatMap((metric) => {
    const own = key.limits[metric];
    const ofUser = key.user.limits[metric];
    // 0 is no limit in the settings.
    const fallback = limits.user[metric] === 0 ? undefined : limits.user[metric];
    const shared = ofUser ?? fallback;
    return [
      ...(own === undefined ? [] : [{ metric, amount: own, of: 'key' as const, from: 'key' as const }]),
      ...(shared === undefined
        ? []
        : [
            {
              metric,
              amount: shared,
              of: 'user' as const,
              from: ofUser === undefined ? ('settings' as const) : ('user' as const),
            },
          ]),
    ];
  });
}
