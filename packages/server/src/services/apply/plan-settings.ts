import type { ConfigFile } from '@tollgate/contract/config-file';
import type { Json } from '@tollgate/wire/protocol';
import type { StoredSetting } from '../../domain/configuration.ts';
import { checkSetting, findLeaf, openSetting, putSetting } from '../configuration/settings.ts';
import { compareFields, settingFields } from './fields.ts';
import type { Fields } from './fields.ts';
import type { RunnableStep, Step } from './plan.ts';
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
      existing && { fields: storedFields(work, existing), owner: existing.owner },
      settingFields(value, isSecret(work, path)),
      owner,
    );
    return {
      ...withRestart(work, step),
      run: (db) => putSetting(db, context, { actor: owner, owner, existing, path, value }),
    };
  });
  const dropped = stored.settings
    .filter((row) => row.owner === owner && !wanted.has(row.path))
    .map((existing): RunnableStep => {
      const { path } = existing;
      const leaf = context.settings.find(path);
      const changes =
        leaf === undefined
          ? []
          : compareFields(storedFields(work, existing), settingFields(leaf.default as Json, leaf.secret));
      return {
        ...withRestart(work, { kind: 'setting', name: path, action: 'delete', changes }),
        run: (db) => putSetting(db, context, { actor: owner, owner: undefined, existing, path, value: undefined }),
      };
    });
  return [...steps, ...dropped];
}

const isSecret = (work: Work, path: string): boolean => work.context.settings.find(path)?.secret === true;

/** A secret that does not open compares as different, and is so written anew. */
function storedFields(work: Work, row: StoredSetting): Fields {
  const opened = openSetting(work.context, row);
  return opened === undefined ? new Map() : settingFields(opened.value, isSecret(work, row.path));
}

function withRestart(work: Work, step: Step): Step {
  const waits = step.action !== 'unchanged' && work.context.settings.find(step.name)?.restart === true;
  return waits ? { ...step, restart: true } : step;
}

function collectSettings(
  work: Work,
  tree: Readonly<Record<string, unknown>>,
  above: readonly string[],
  found: Map<string, Json>,
): void {
  const { settings } = work.context;
  for (const [name, value] of Object.entries(tree)) {
    const steps = [...above, name];
    const path = steps.join('.');
    const isBranch = settings.isBranch(path);
    if (isBranch && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      collectSettings(work, Object.fromEntries(Object.entries(value)), steps, found);
      continue;
    }
    if (isBranch) {
      complain(work, ['settings', ...steps], 'must have settings below it');
      continue;
    }
    // Whoever runs a file on the machine is root.
    const checked = attempt(
      work,
      ['settings', ...steps],
      () => checkSetting(work.context, findLeaf(work.context, path, 'root'), value),
      true,
    );
    if (checked !== undefined) found.set(path, checked);
  }
}
