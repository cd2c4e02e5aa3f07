import { channelInputSchema, groupInputSchema, modelInputSchema } from '@tollgate/contract/api/configuration';
import { createApiKey } from '../services/accounts/api-keys.ts';
import type { Actor } from '../services/accounts/account-deps.ts';
import { createPerson } from '../services/accounts/people.ts';
import { setupRoot } from '../services/accounts/setup.ts';
import { createChannel } from '../services/configuration/channels.ts';
import { createGroup } from '../services/configuration/groups.ts';
import { createModel, updateModel } from '../services/configuration/models.ts';
import { writeSetting } from '../services/configuration/settings.ts';
import { modelRepository } from '../store/configuration/models.ts';
import type { User } from '../store/users.ts';
import { channels, firstPerson, groups, people, type CastPerson } from './cast.ts';
import { mediaChannels, mediaModels } from './media/cast.ts';
import { rootOf, type Stage } from './stage.ts';
import type { DemoChannel, DemoKey } from './traffic.ts';

const dayMs = 86_400_000;
const domain = 'northwind.example';

/** Whom one may try it as. The gateway of a demonstration listens to this machine alone, so these are no secrets. */
export const administrator = {
  email: `admin@${domain}`,
  password: 'demo-administrator',
  name: firstPerson.name,
} as const;
const memberPassword = 'demo-member-1';

export type Member = { readonly user: User; readonly person: CastPerson };

/** Everything that was there before the first request. */
export type Company = {
  readonly root: Actor;
  readonly members: readonly Member[];
  readonly channels: readonly DemoChannel[];
  readonly keys: readonly DemoKey[];
  /** Text of a key of each of the first members, for what is sent while the demonstration is open. */
  readonly keyTexts: readonly string[];
};

/** Gives a model the demonstration's price; some have one from the start. */
async function priceModel(
  configuration: Stage['configuration'],
  { label }: Actor,
  model: (typeof ownModels)[number] | (typeof mediaModels)[number],
): Promise<void> {
  const { name, ...given } = modelInputSchema.parse(model);
  if (await modelRepository.find(configuration.database.db, name))
    await updateModel(configuration, label, name, { price: given.price, operations: given.operations });
  else await createModel(configuration, label, { name, ...given });
}

/** Makes people, groups, channels, prices and keys, as an administrator would by the console. */
export async function settleIn(stage: Stage, until: number): Promise<Company> {
  const { accounts, configuration, foundation } = stage;
  const first = await setupRoot(accounts, administrator.email, administrator.password, administrator.name);
  const root = rootOf(first);
  const writer = { actor: root.label, audience: 'root' } as const;
  for (const [path, value] of settings) await writeSetting(configuration, writer, path, value);
  for (const group of groups) await createGroup(configuration, root.label, groupInputSchema.parse(group));
  for (const model of [...ownModels, ...mediaModels]) await priceModel(configuration, root, model);
  const made = await makeChannels(stage, root);
  await foundation.snapshots.refresh();
  const members: Member[] = [];
  for (const person of people) {
    stage.goTo(stage.at() + 60_000);
    const email = `${person.name
      .normalize('NFD')
      .replaceAll(/[^a-z ]/gi, '')
      .toLowerCase()
      .replaceAll(' ', '.')}@${domain}`;
    const { name, group, role = 'user' } = person;
    const user = await createPerson(
      accounts,
      root,
      { email, password: memberPassword, name, group, role },
      { adopt: false },
    );
    members.push({ user, person });
  }
  members.push({ user: first, person: firstPerson });
  const { keys, texts } = await makeKeys(stage, root, members, until);
  return { root, members, channels: made, keys, keyTexts: texts };
}

/** The member whose password is told. */
export const memberOf = ({ members }: Company): { readonly email: string; readonly password: string } => ({
  email: members[0]?.user.email ?? '',
  password: memberPassword,
});

const settings: readonly (readonly [string, unknown])[] = [
  ['site.name', 'Northwind AI'],
  ['site.marketplace', 'public'],
  ['site.status', 'public'],
  ['site.rankings', 'members'],
  ['accounts.signupCreditUsd', '1'],
  ['site.announcement', '**Maintenance on Thursday, 18:00 UTC.** Requests go on; the console is away for ten minutes.'],
  ['site.footer', 'Northwind AI platform team, [platform@northwind.example](mailto:platform@northwind.example)'],
  [
    'site.faq',
    '## Which models may I use?\n\nAll that **Models** lists for your group.\n\n## Who pays?\n\nYour wallet. Ask the platform team when it runs low.',
  ],
  ['site.about', 'One address for every model that Northwind uses, run by the platform team.'],
  [
    'site.privacy',
    'What is sent to models is not stored here. Of each request its size, cost and times are kept for 90 days.',
  ],
  ['media.results.store', 'directory'],
  ['invoices.sellerName', 'Northwind AI Ltd'],
  ['invoices.sellerAddress', '1 Harbour Road\nDublin D01 X2Y3'],
  ['invoices.sellerTaxId', 'IE6388047V'],
  ['invoices.taxPercent', '23'],
  ['rewards.invitations', true],
  ['rewards.inviterCreditUsd', '5'],
  ['rewards.inviteeCreditUsd', '2'],
  // What is shown is older than what is usually kept.
  ['log.retentionDays', 90],
];

const ownModels = [{ name: 'northwind-support-7b', price: { input: '0.06', output: '0.18' }, ownedBy: 'northwind' }];

/** A model that somebody forgot to price. */
const unpriced = 'northwind-draft-3b';

async function makeChannels({ configuration }: Stage, root: Actor): Promise<readonly DemoChannel[]> {
  const made: DemoChannel[] = [];
  for (const channel of [...channels, ...mediaChannels]) {
    const { input, keys, serves } = channel;
    const costs = channel.costPercent === undefined ? null : { percentOfPrice: channel.costPercent };
    const credentials = keys.map((apiKey) => ({ apiKey }));
    const models = [...serves, ...(input.baseUrl?.includes('gpu-rack') === true ? [unpriced] : [])];
    const { id } = await createChannel(
      configuration,
      root.label,
      channelInputSchema.parse({ ...input, credentials, models, costs }),
    );
    const provider = configuration.providers.get(input.provider);
    made.push({ ...channel, id, protocols: provider?.dialects.map(({ protocol }) => protocol) ?? [] });
  }
  return made;
}

const keyNames = ['production', 'laptop', 'ci', 'notebook', 'staging'];

async function makeKeys(
  stage: Stage,
  root: Actor,
  members: readonly Member[],
  until: number,
): Promise<{ readonly keys: readonly DemoKey[]; readonly texts: readonly string[] }> {
  const { accounts, dice } = stage;
  const keys: DemoKey[] = [];
  const texts: string[] = [];
  for (const [place, { user, person }] of members.entries()) {
    const count = place === 0 ? 4 : person === firstPerson ? 2 : dice.whole(1, 3);
    for (let index = 0; index < count; index++) {
      stage.goTo(stage.at() + 20_000);
      const special = specialOf(place, index, until);
      const limitUsd = special.limitUsd ?? (dice.chance(0.3) ? dice.pick(['25', '50', '100', '250']) : null);
      const { apiKey, text } = await createApiKey(accounts, root, user, {
        name: special.name ?? keyNames[index] ?? 'spare',
        ...special.input,
        limitUsd,
      });
      if (index === 0 && limitUsd === null && place < 10) texts.push(text);
      keys.push({
        id: apiKey.id,
        userId: user.id,
        person,
        share: person.share / (index + 1) ** 2,
        limited: limitUsd !== null,
        models: apiKey.models ?? undefined,
        from: stage.at(),
        until: Math.min(apiKey.expiresAt ?? Infinity, leavesAt(person, until)),
      });
    }
  }
  return { keys, texts };
}

const leavesAt = ({ leftDaysAgo }: CastPerson, until: number): number =>
  leftDaysAgo === undefined ? Infinity : until - leftDaysAgo * dayMs;

type Special = {
  readonly name?: string;
  readonly limitUsd?: string;
  readonly input?: Partial<Omit<Parameters<typeof createApiKey>[3], 'name' | 'limitUsd'>>;
};

/** Some keys have more to show: limits of every kind, an end that is near, one that is past. */
function specialOf(place: number, index: number, until: number): Special {
  const found = specials[`${place}.${index}`];
  return found === undefined ? {} : found(until);
}

const specials: Readonly<Record<string, ((until: number) => Special) | undefined>> = {
  '0.0': () => ({ name: 'shop assistant' }),
  '0.1': (until) => ({ name: 'contractor', limitUsd: '20', input: { expiresAt: until + 3 * dayMs } }),
  '0.2': () => ({
    name: 'experiments',
    limitUsd: '3',
    input: { models: ['gpt-5-mini', 'gpt-4o-mini', 'gemini-2.5-flash'] },
  }),
  '0.3': (until) => ({ name: 'hackathon', input: { expiresAt: until - 12 * dayMs } }),
  '2.0': () => ({ name: 'editor', input: { requestsPerMinute: 120, concurrent: 8 } }),
  '3.1': (until) => ({ name: 'review bot', input: { expiresAt: until + 6 * dayMs, tokensPerMinute: 400_000 } }),
  '10.0': () => ({ name: 'helpdesk', input: { allowedIps: ['10.20.0.0/16'], requestsPerMinute: 600 } }),
  '25.0': () => ({ name: 'nightly evaluation', limitUsd: '900', input: { concurrent: 16 } }),
  '28.0': () => ({ name: 'acme production', limitUsd: '60', input: { strictConversion: true } }),
  [`${people.length}.1`]: () => ({ name: 'on-call checks', limitUsd: '10', input: { requestsPerMinute: 30 } }),
};
