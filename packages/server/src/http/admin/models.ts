import type { modelOperations } from '@tollgate/contract/operations/models';
import { comparePriceList, takePrices } from '../../services/catalogue/price-lists.ts';
import { workOut } from '../../services/price-expressions/work-out.ts';
import { createModel, deleteModel, getModel, listModels, updateModel } from '../../services/configuration/models.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Models and their prices. */
export const modelHandlers = ({ configuration, fetchOutside }: AdminDeps): Handlers<typeof modelOperations> => ({
  'models.list': async () => ({ data: [...(await listModels(configuration))] }),
  'models.create': async ({ body }, context) => await createModel(configuration, context.caller.actor.label, body),
  'models.read': async ({ params }) => await getModel(configuration, params.name),
  'models.update': async ({ params, body }, context) =>
    await updateModel(configuration, context.caller.actor.label, params.name, body),
  'models.delete': async ({ params }, context) => {
    await deleteModel(configuration, context.caller.actor.label, params.name);
  },
  'prices.try': async ({ body }) => await workOut(body, configuration.now()),
  'priceLists.compare': async ({ body }) => {
    const { differences, ...list } = await comparePriceList(configuration, fetchOutside, body);
    return {
      ...list,
      differences: differences.map(({ ours, maxOutputTokens, ...one }) => ({
        ...one,
        ours: ours ?? null,
        maxOutputTokens: maxOutputTokens ?? null,
      })),
    };
  },
  'priceLists.take': async ({ body }, context) => ({
    changed: await takePrices(configuration, context.caller.actor.label, body),
  }),
});
