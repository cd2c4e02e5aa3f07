import { channelRepository } from '../../store/configuration/channels.ts';
import { groupRepository } from '../../store/configuration/groups.ts';
import { modelBundleRepository } from '../../store/configuration/model-bundles.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import { planRepository } from '../../store/subscriptions/plans.ts';
import { paymentMethodRepository } from '../../store/payments/methods.ts';
import { roleRepository } from '../../store/roles.ts';
import { signInMethodRepository } from '../../store/sign-in/methods.ts';
import { readPriceSheet } from '../../domain/price-sheet.ts';
import { problemOf } from '../price-expressions/program-of.ts';
import { edit } from '../configuration/context.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import { readSeeds } from '../configuration/seeds.ts';
import type { Seeds } from '../configuration/seeds.ts';
import type { Plan, Planned } from './plan.ts';
import { planFile } from './plan-file.ts';
import type { Stored } from './work.ts';
import { readConfigFile } from './read-config-file.ts';
import type { ConfigFileText, Problem, ReadConfigFile } from './read-config-file.ts';
import type { Db } from '../../store/database.ts';

export type ApplyRequest = ConfigFileText & {
  /** Under which the file owns its entries and is shown; the same file must come under the same name each time. */
  readonly source: string;
  /** Defaults to the catalogue that Tollgate comes with. */
  readonly seeds?: Seeds;
};

/** Problems are in the order of the file. */
export type ApplyResult = { readonly plan: Plan } | { readonly problems: readonly Problem[] };

/** What applying the file would do. Writes nothing. */
export async function planApply(context: ConfigurationContext, request: ApplyRequest): Promise<ApplyResult> {
  const read = readChecked(context, request);
  if ('problems' in read) return read;
  const unusable = await wrongExpressions(read);
  if (unusable.length > 0) return { problems: unusable };
  await context.secretBox.reload();
  return present(request, plan(context, request, read, await readStored(context.database.db)));
}

/**
 * Makes channels, models, groups, payment and sign-in methods, roles, bundles of models and settings match the file, in one transaction: a file with a problem changes
 * nothing, and a second application finds nothing to do. Returns what was done.
 */
export async function apply(context: ConfigurationContext, request: ApplyRequest): Promise<ApplyResult> {
  const read = readChecked(context, request);
  if ('problems' in read) return read;
  const unusable = await wrongExpressions(read);
  if (unusable.length > 0) return { problems: unusable };
  await context.secretBox.reload();
  return await edit(context, async (db) => {
    const planned = plan(context, request, read, await readStored(db));
    if (planned.problems.length === 0)
      for (const step of planned.steps) if (step.action !== 'unchanged') await step.run(db);
    return present(request, planned);
  });
}

/** What is wrong with expressions of prices, each at its place in the file. */
async function wrongExpressions({ file, locate }: ReadConfigFile): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [index, { price }] of (file.models ?? []).entries()) {
    if (price?.expression === undefined) continue;
    const found = await problemOf(readPriceSheet(price));
    if (typeof found === 'string') problems.push(locate(['models', index, 'price', 'expression'], found));
  }
  return problems;
}

/** Longer ones would not fit the columns that name the owner. */
const maxSource = 390;

function readChecked(context: ConfigurationContext, request: ApplyRequest): ReturnType<typeof readConfigFile> {
  if (request.source.length <= maxSource) return readConfigFile(request, context.settings);
  return {
    problems: [
      { line: 1, column: 1, path: '', reason: `the name of the source has more than ${maxSource} characters` },
    ],
  };
}

function plan(context: ConfigurationContext, request: ApplyRequest, read: ReadConfigFile, stored: Stored): Planned {
  return planFile({ context, seeds: request.seeds ?? readSeeds(), owner: `file:${request.source}`, read, stored });
}

function present(request: ApplyRequest, planned: Planned): ApplyResult {
  if (planned.problems.length > 0)
    return { problems: planned.problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
  return {
    plan: {
      source: request.source,
      steps: planned.steps.map(({ run: _run, ...step }) => step),
    },
  };
}

async function readStored(db: Db): Promise<Stored> {
  return {
    channels: await channelRepository.all(db),
    models: await modelRepository.all(db),
    groups: await groupRepository.all(db),
    settings: await settingRepository.all(db),
    paymentMethods: await paymentMethodRepository.all(db),
    plans: await planRepository.all(db),
    signInMethods: await signInMethodRepository.ofTeam(db, undefined),
    roles: await roleRepository.all(db),
    modelBundles: await modelBundleRepository.all(db),
    peopleOfRoles: await roleRepository.countPeople(db),
  };
}
