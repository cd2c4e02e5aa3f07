import type { ConfigFile } from '@tollgate/contract/config-file';
import type { StoredModelBundle } from '../../store/configuration/model-bundles.ts';
import { writeModelBundle } from '../configuration/model-bundles.ts';
import { modelBundleFields } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { compare, deletion, dropped, owned, unique, type Work } from './work.ts';

/** Bundles of models. Nothing depends on one, so those that the file no longer names simply go. */
export function planModelBundles(work: Work, inputs: NonNullable<ConfigFile['modelBundles']>): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'modelBundles', inputs);
  const rows = new Map(stored.modelBundles.map((row) => [row.name, row]));
  const at = context.now();
  const steps = inputs.map((input, index): RunnableStep => {
    const before = rows.get(input.name);
    owned(work, before?.owner, ['modelBundles', index, 'name']);
    const after: StoredModelBundle = { ...input, owner, createdAt: before?.createdAt ?? at, updatedAt: at };
    const known = before && { fields: modelBundleFields(before), owner: before.owner };
    const step = compare('model bundle', input.name, known, modelBundleFields(after), owner);
    return { ...step, run: async (db) => await writeModelBundle(db, { actor: owner, at, before, after }) };
  });
  const gone = dropped(work, stored.modelBundles, inputs, (before) =>
    deletion('model bundle', before.name, async (db) => {
      await writeModelBundle(db, { actor: owner, at, before, after: undefined });
    }),
  );
  return [...steps, ...gone];
}
