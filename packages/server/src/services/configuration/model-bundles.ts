import type { ModelBundleInput, ModelBundlePatch, ModelBundleView } from '@tollgate/contract/api/model-bundles';
import { Refusal } from '../../domain/refusal.ts';
import { modelBundleRepository, type StoredModelBundle } from '../../store/configuration/model-bundles.ts';
import type { Db } from '../../store/database.ts';
import { assertUnlocked, edit, notFound, recordEdit, type Actor, type ConfigurationContext } from './context.ts';

/** Every bundle of models, by name. */
export async function listModelBundles({
  database: { db },
}: ConfigurationContext): Promise<readonly ModelBundleView[]> {
  return (await modelBundleRepository.all(db)).map(present);
}

export async function createModelBundle(
  context: ConfigurationContext,
  actor: Actor,
  input: ModelBundleInput,
): Promise<ModelBundleView> {
  return await edit(context, async (db) => {
    await refuseTaken(db, input.name);
    const at = context.now();
    const after: StoredModelBundle = { ...input, owner: undefined, createdAt: at, updatedAt: at };
    await writeModelBundle(db, { actor, at, before: undefined, after });
    return present(after);
  });
}

/** Changes what the patch names. What was made with the bundle before stays as it is. */
export async function updateModelBundle(
  context: ConfigurationContext,
  actor: Actor,
  name: string,
  patch: ModelBundlePatch,
): Promise<ModelBundleView> {
  return await edit(context, async (db) => {
    const before = await mustFind(db, name, actor);
    if (patch.name !== undefined && patch.name !== name) await refuseTaken(db, patch.name);
    const at = context.now();
    const after: StoredModelBundle = {
      ...before,
      name: patch.name ?? name,
      description: patch.description ?? before.description,
      models: patch.models ?? before.models,
      updatedAt: at,
    };
    await writeModelBundle(db, { actor, at, before, after });
    return present(after);
  });
}

export async function deleteModelBundle(context: ConfigurationContext, actor: Actor, name: string): Promise<void> {
  await edit(context, async (db) => {
    const before = await mustFind(db, name, actor);
    await writeModelBundle(db, { actor, at: context.now(), before, after: undefined });
  });
}

/** Writes a bundle with its audit entry, under the name that it had; also for the config file. */
export async function writeModelBundle(
  db: Db,
  change: {
    readonly actor: Actor;
    readonly at: number;
    readonly before: StoredModelBundle | undefined;
    readonly after: StoredModelBundle | undefined;
  },
): Promise<void> {
  const { actor, at, before, after } = change;
  const ref = before?.name ?? after?.name ?? '';
  if (after === undefined) await modelBundleRepository.remove(db, ref);
  else if (before === undefined) await modelBundleRepository.insert(db, after);
  else await modelBundleRepository.update(db, ref, after);
  const shown = (bundle: StoredModelBundle | undefined) => bundle && present(bundle);
  await recordEdit(db, { actor, at, kind: 'bundle', ref, before: shown(before), after: shown(after) });
}

async function refuseTaken(db: Db, name: string): Promise<void> {
  if ((await modelBundleRepository.find(db, name)) !== undefined)
    throw new Refusal('conflict', `There is a bundle "${name}" already.`, { param: 'name' });
}

async function mustFind(db: Db, name: string, actor: Actor): Promise<StoredModelBundle> {
  const bundle = await modelBundleRepository.find(db, name);
  if (bundle === undefined) throw notFound(`Bundle "${name}"`);
  assertUnlocked(bundle.owner, actor, `Bundle "${name}"`);
  return bundle;
}

const present = ({ name, description, models, owner, updatedAt }: StoredModelBundle): ModelBundleView => ({
  name,
  description,
  models: [...models],
  owner: owner ?? null,
  updatedAt,
});
