import type { ModelView } from '@tollgate/contract/api/configuration';
import type { PriceSheet } from '@tollgate/contract/price';
import { useMemo } from 'react';
import { useOperation } from '../../lib/operations.ts';

/** A model that is known, or that a channel serves, or both. */
export type ModelRow = {
  readonly name: string;
  /** Undefined where only channels name it. */
  readonly model: ModelView | undefined;
  /** The channels that serve it. */
  readonly channels: readonly string[];
};

export type PriceState = 'unpriced' | 'free' | 'priced';

export const stateOf = ({ model }: Pick<ModelRow, 'model'>): PriceState =>
  model?.current ? (model.current.free ? 'free' : 'priced') : 'unpriced';

/** The price of a model; undefined where it has none, or costs nothing. */
export const priceOf = ({ model }: Pick<ModelRow, 'model'>): PriceSheet | undefined =>
  model?.current?.price ?? undefined;

/** Served before known, those without a price first: what costs money unseen stands on top. */
const order = (row: ModelRow): number => (row.channels.length === 0 ? 2 : stateOf(row) === 'unpriced' ? 0 : 1);

/** Every model with who serves it. */
export function useModels() {
  const models = useOperation('models.list');
  const channels = useOperation('channels.list', {});
  const known = models.data?.data;
  const serving = channels.data?.data;
  const rows = useMemo(() => {
    if (known === undefined || serving === undefined) return undefined;
    const served = new Map<string, string[]>();
    for (const channel of serving)
      for (const { name } of channel.models) {
        const list = served.get(name);
        if (list === undefined) served.set(name, [channel.name]);
        else list.push(channel.name);
      }
    const byName = new Map(known.map((model) => [model.name, model]));
    return [...new Set([...served.keys(), ...byName.keys()])]
      .map((name): ModelRow => ({ name, model: byName.get(name), channels: served.get(name) ?? [] }))
      .toSorted((one, other) => order(one) - order(other) || one.name.localeCompare(other.name));
  }, [known, serving]);
  return {
    rows,
    error: models.error ?? channels.error,
    retry: () => void Promise.all([models.refetch(), channels.refetch()]),
  };
}
