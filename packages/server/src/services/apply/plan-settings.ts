import type { ConfigFile } from '@tollgate/contract/config-file';
import { settingLeaves } from '@tollgate/contract/settings';
import type { Json } from '@tollgate/wire/protocol';
import { checkSetting, findLeaf, putSetting } from '../configuration/settings.ts';
import { compareFields, settingFields } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { attempt, compare, complain, owned } from './work.ts';
import type { Work } from './work.ts';

/** The file's leaves of the settings tree, and the defaults of those it no longer names. */
export function planSettings(work: Work, tree: NonNullable<ConfigFile['settings']>): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  const wanted = new Map<string, Json>();
  collectSettings(work, tree, [], wanted);
  const rows = new Map(stored.settings.map((row) => [row.path, row]));
  const steps = [...wanted].map(([path, value]): RunnableStep => {
    const existing = rows.get(path);
    owned(work, existing?.owner, ['settings', ...path.split('.')]);
    const step = compare(
      'setting',
      path,
      existing && { fields: settingFields(existing.value), owner: existing.owner },
      settingFields(value),
      owner,
    );
    return {
      ...step,
      run: (transaction) => putSetting(transaction, context, { actor: owner, owner, existing, path, value }),
    };
  });
  const dropped = stored.settings
    .filter((row) => row.owner === owner && !wanted.has(row.path))
    .map((existing): RunnableStep => {
      const leaf = settingLeaves.find((candidate) => candidate.path === existing.path);
      const changes =
        leaf === undefined ? [] : compareFields(settingFields(existing.value), settingFields(leaf.default as Json));
      return {
        kind: 'setting',
        name: existing.path,
        action: 'delete',
        changes,
        run: (transaction) =>
          putSetting(transaction, context, {
            actor: owner,
            owner: undefined,
            existing,
            path: existing.path,
            value: undefined,
          }),
      };
    });
  return [...steps, ...dropped];
}

function collectSettings(
  work: Work,
  tree: Readonly<Record<string, unknown>>,
  above: readonly string[],
  found: Map<string, Json>,
): void {
  for (const [name, value] of Object.entries(tree)) {
    const steps = [...above, name];
    const path = steps.join('.');
    const isBranch = settingLeaves.some((leaf) => leaf.path.startsWith(`${path}.`));
    if (isBranch && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      collectSettings(work, Object.fromEntries(Object.entries(value)), steps, found);
      continue;
    }
    if (isBranch) {
      complain(work, ['settings', ...steps], 'must have settings below it');
      continue;
    }
    const checked = attempt(work, ['settings', ...steps], () => checkSetting(findLeaf(path), value), true);
    if (checked !== undefined) found.set(path, checked);
  }
}
