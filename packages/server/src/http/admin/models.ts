import {
  modelDetailSchema,
  modelInputSchema,
  modelPatchSchema,
  modelSchema,
} from '@tollgate/contract/api/configuration';
import { listOf } from '@tollgate/contract/api/page';
import { createModel, deleteModel, getModel, listModels, updateModel } from '../../services/configuration/models.ts';
import type { AdminDeps } from './admin-deps.ts';
import { nameParams } from './id-params.ts';
import { operation } from './operation.ts';

/** Models and their prices. */
export const modelOperations = ({ configuration }: AdminDeps) => [
  operation(
    {
      name: 'models.list',
      method: 'get',
      path: '/models',
      summary: 'List models with their prices',
      answer: listOf(modelSchema),
    },
    async () => ({ data: [...(await listModels(configuration))] }),
  ),
  operation(
    {
      name: 'models.create',
      method: 'post',
      path: '/models',
      summary: 'Create a model',
      body: modelInputSchema,
      answer: modelSchema,
    },
    async ({ body }, context) => await createModel(configuration, context.caller().actor.label, body),
  ),
  operation(
    {
      name: 'models.read',
      method: 'get',
      path: '/models/{name}',
      summary: 'Read a model with the history of its price',
      params: nameParams,
      answer: modelDetailSchema,
    },
    async ({ params }) => await getModel(configuration, params.name),
  ),
  operation(
    {
      name: 'models.update',
      method: 'patch',
      path: '/models/{name}',
      summary: 'Change a model; a new price is a new version',
      params: nameParams,
      body: modelPatchSchema,
      answer: modelSchema,
    },
    async ({ params, body }, context) =>
      await updateModel(configuration, context.caller().actor.label, params.name, body),
  ),
  operation(
    { name: 'models.delete', method: 'delete', path: '/models/{name}', summary: 'Remove a model', params: nameParams },
    async ({ params }, context) => {
      await deleteModel(configuration, context.caller().actor.label, params.name);
    },
  ),
];
