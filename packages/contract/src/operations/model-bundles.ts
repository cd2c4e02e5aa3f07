import { modelBundleInputSchema, modelBundlePatchSchema, modelBundleViewSchema } from '../api/model-bundles.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { nameParams } from './params.ts';

/** Bundles of models, for the forms of channels and keys. */
export const modelBundleOperations = declare({
  'modelBundles.list': {
    method: 'get',
    path: '/model-bundles',
    permission: 'models:read',
    summary: 'List bundles of models',
    answer: listOf(modelBundleViewSchema),
  },
  'modelBundles.create': {
    method: 'post',
    path: '/model-bundles',
    permission: 'models:write',
    summary: 'Make a bundle of models',
    body: modelBundleInputSchema,
    answer: modelBundleViewSchema,
    status: 201,
  },
  'modelBundles.update': {
    method: 'patch',
    path: '/model-bundles/{name}',
    permission: 'models:write',
    summary: 'Rename a bundle of models, or change what is in it; channels and keys that took it in stay as they are',
    params: nameParams,
    body: modelBundlePatchSchema,
    answer: modelBundleViewSchema,
  },
  'modelBundles.delete': {
    method: 'delete',
    path: '/model-bundles/{name}',
    permission: 'models:write',
    summary: 'Remove a bundle of models; channels and keys that took it in stay as they are',
    params: nameParams,
  },
});
