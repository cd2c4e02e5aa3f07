import { z } from 'zod';
import { modelDetailSchema, modelInputSchema, modelPatchSchema, modelSchema } from '../api/configuration.ts';
import { listOf } from '../api/page.ts';
import { priceListSchema, priceListSourceSchema, priceListTakenSchema } from '../api/price-lists.ts';
import { priceTrialSchema, triedPriceSchema } from '../api/price-trials.ts';
import { declare } from './declare.ts';
import { nameParams } from './params.ts';

/** Models and their prices. */
export const modelOperations = declare({
  'models.list': {
    method: 'get',
    path: '/models',
    permission: 'models:read',
    summary: 'List models with their prices',
    answer: listOf(modelSchema),
  },
  'models.create': {
    method: 'post',
    path: '/models',
    permission: 'models:write',
    summary: 'Create a model',
    body: modelInputSchema,
    answer: modelSchema,
    status: 201,
  },
  'models.read': {
    method: 'get',
    path: '/models/{name}',
    permission: 'models:read',
    summary: 'Read a model with the history of its price',
    params: nameParams,
    answer: modelDetailSchema,
  },
  'models.update': {
    method: 'patch',
    path: '/models/{name}',
    permission: 'models:write',
    summary: 'Change a model; a new price is a new version',
    params: nameParams,
    body: modelPatchSchema,
    answer: modelSchema,
  },
  'models.delete': {
    method: 'delete',
    path: '/models/{name}',
    permission: 'models:write',
    summary: 'Remove a model',
    params: nameParams,
  },
  'prices.try': {
    method: 'post',
    path: '/prices/try',
    permission: 'models:read',
    summary: 'Work out what a price comes to for a request; changes nothing',
    body: priceTrialSchema,
    answer: triedPriceSchema,
  },
  'priceLists.compare': {
    method: 'post',
    path: '/price-lists/compare',
    permission: 'models:write',
    summary: 'What a list of prices says otherwise than the models here; changes nothing',
    body: priceListSourceSchema,
    answer: priceListSchema,
  },
  'priceLists.take': {
    method: 'post',
    path: '/price-lists/take',
    permission: 'models:write',
    summary: 'Take prices of a list, each as a new version; all or none',
    body: priceListTakenSchema,
    answer: z.strictObject({ changed: z.int().describe('How many prices are other ones than before.') }),
  },
});
