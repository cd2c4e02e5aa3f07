import type { PriceSheet } from '@tollgate/contract/price';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import type { ModelRow } from './use-models.ts';

/** Writes a price as a new version; a model that only channels named becomes known by it. */
export function useSavePrice(): (row: Pick<ModelRow, 'name' | 'model'>, price: PriceSheet | null) => Promise<void> {
  const queries = useQueryClient();
  return async ({ name, model }, price) => {
    await (model === undefined
      ? api.call('models.create', { body: { name, price } })
      : api.call('models.update', { params: { name }, body: { price, free: null } }));
    for (const operation of ['models.list', 'models.read', 'audit.list'])
      await queries.invalidateQueries({ queryKey: [operation] });
  };
}
