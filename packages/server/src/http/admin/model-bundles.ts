import type { modelBundleOperations } from '@tollgate/contract/operations/model-bundles';
import {
  createModelBundle,
  deleteModelBundle,
  listModelBundles,
  updateModelBundle,
} from '../../services/configuration/model-bundles.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Bundles of models, for the forms of channels and keys. */
export const modelBundleHandlers = ({ configuration }: AdminDeps): Handlers<typeof modelBundleOperations> => ({
  'modelBundles.list': async () => ({ data: [...(await listModelBundles(configuration))] }),
  'modelBundles.create': async ({ body }, { caller }) =>
    await createModelBundle(configuration, caller.actor.label, body),
  'modelBundles.update': async ({ params, body }, { caller }) =>
    await updateModelBundle(configuration, caller.actor.label, params.name, body),
  'modelBundles.delete': async ({ params }, { caller }) => {
    await deleteModelBundle(configuration, caller.actor.label, params.name);
  },
});
