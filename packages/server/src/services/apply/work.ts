import type { StoredChannel, StoredGroup, StoredModel, StoredSetting } from '../../domain/configuration.ts';
import type { StoredModelBundle } from '../../store/configuration/model-bundles.ts';
import type { StoredMethod } from '../../store/payments/methods.ts';
import type { StoredPlan } from '../../store/subscriptions/plans.ts';
import type { StoredRole } from '../../store/roles.ts';
import type { StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import type { Seeds } from '../configuration/seeds.ts';
import { compareFields } from './fields.ts';
import type { FieldChange, Fields } from './fields.ts';
import type { RunnableStep, Step } from './plan.ts';
import type { Path, Problem, ReadConfigFile } from './read-config-file.ts';

/** What is in the database before the file is applied. */
export type Stored = {
  readonly channels: readonly StoredChannel[];
  readonly models: readonly StoredModel[];
  readonly groups: readonly StoredGroup[];
  readonly settings: readonly StoredSetting[];
  readonly paymentMethods: readonly StoredMethod[];
  readonly plans: readonly StoredPlan[];
  readonly signInMethods: readonly StoredSignInMethod[];
  readonly roles: readonly StoredRole[];
  readonly modelBundles: readonly StoredModelBundle[];
  /** How many people have each role. */
  readonly peopleOfRoles: ReadonlyMap<string, number>;
};

/** What the planning of one file works with; `problems` are collected as they are met. */
export type Work = {
  readonly context: ConfigurationContext;
  readonly seeds: Seeds;
  /** `file:<source>`: owner of what the file names, and actor of what it does. */
  readonly owner: string;
  readonly read: ReadConfigFile;
  readonly stored: Stored;
  readonly problems: Problem[];
};

export function compare(
  kind: Step['kind'],
  name: string,
  existing: { readonly fields: Fields; readonly owner: string | undefined } | undefined,
  wanted: Fields,
  owner: string,
): Step {
  const changes = compareFields(existing?.fields ?? new Map(), wanted);
  if (existing === undefined) return { kind, name, action: 'create', changes };
  const adopted: readonly FieldChange[] =
    existing.owner === owner ? [] : [{ path: 'owner', before: existing.owner, after: owner }];
  const all = [...changes, ...adopted];
  return { kind, name, action: all.length === 0 ? 'unchanged' : 'update', changes: all };
}

/** What becomes of the entries that were the file's and are not in it any more. */
export function dropped<T extends { readonly name: string; readonly owner: string | undefined }>(
  work: Work,
  stored: readonly T[],
  inputs: readonly { readonly name: string }[],
  stepOf: (existing: T) => RunnableStep,
): readonly RunnableStep[] {
  const named = new Set(inputs.map((input) => input.name));
  return stored.filter((row) => row.owner === work.owner && !named.has(row.name)).map(stepOf);
}

export const deletion = (kind: Step['kind'], name: string, run: RunnableStep['run']): RunnableStep => ({
  kind,
  name,
  action: 'delete',
  changes: [],
  run,
});

export function complain(work: Work, path: Path, reason: string): void {
  work.problems.push(work.read.locate(path, reason));
}

export function owned(work: Work, owner: string | undefined, path: Path): void {
  if (owner !== undefined && owner !== work.owner)
    complain(work, path, `is managed by ${owner.replace(/^file:/, '')} already`);
}

export function unique(work: Work, section: string, entries: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  entries.forEach(({ name }, index) => {
    if (seen.has(name)) complain(work, [section, index, 'name'], `"${name}" is there twice`);
    seen.add(name);
  });
}

/** Turns a refusal into a problem of the file. `whole` when the refusal's field is the path itself. */
export function attempt<T>(work: Work, path: Path, run: () => T, whole = false): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const within =
      whole || error.param === null
        ? []
        : error.param.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const prefix = `${error.param ?? ''}: `;
    complain(
      work,
      [...path, ...within],
      error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message,
    );
    return undefined;
  }
}
