import { budgetInputSchema } from '@tollgate/contract/api/budgets';
import type { TeamRole } from '@tollgate/contract/api/teams';
import { roleInputSchema } from '@tollgate/contract/api/roles';
import { createApiKey } from '../../services/accounts/api-keys.ts';
import type { Actor } from '../../services/accounts/account-deps.ts';
import { createAttemptLimits } from '../../services/accounts/attempt-limits.ts';
import { usdToNanos } from '../../services/accounts/people.ts';
import { createRole } from '../../services/accounts/roles.ts';
import { createBudget } from '../../services/budgets/budgets.ts';
import { listPlans } from '../../services/subscriptions/plans.ts';
import { subscribeTeam } from '../../services/subscriptions/subscribe.ts';
import { creditTeam } from '../../services/teams/team-wallet.ts';
import { changeMember, createTeam, invite, joinTeam } from '../../services/teams/teams.ts';
import type { Deed } from '../month.ts';
import type { Company } from '../settle-in.ts';
import type { Stage } from '../stage.ts';
import { memberNamed, openPayments } from './selling.ts';

type CastTeam = {
  readonly name: string;
  readonly owner: string;
  readonly creditUsd: string;
  readonly keys: readonly string[];
  readonly members: readonly { readonly name: string; readonly role: TeamRole; readonly limitUsd?: string }[];
  readonly seats?: number;
  readonly budgetUsd?: string;
  /** Whose invitation nobody has taken yet. */
  readonly invited: string;
};

const teams: readonly CastTeam[] = [
  {
    name: 'Shop',
    owner: 'Maya Lindqvist',
    creditUsd: '400',
    keys: ['storefront', 'order mails'],
    members: [
      { name: 'Ingrid Solberg', role: 'admin' },
      { name: 'Marco Bianchi', role: 'member', limitUsd: '40' },
      { name: 'Hannah Schmidt', role: 'billing' },
    ],
    seats: 4,
    budgetUsd: '300',
    invited: 'Freelancer for the Christmas pages',
  },
  {
    name: 'Evaluation',
    owner: 'Elena Petrova',
    creditUsd: '900',
    keys: ['weekly run'],
    members: [
      { name: 'Yuki Mori', role: 'admin' },
      { name: 'David Cohen', role: 'member', limitUsd: '150' },
      { name: 'Amara Nwosu', role: 'member', limitUsd: '150' },
    ],
    invited: 'Visiting scientist',
  },
  {
    name: 'Platform',
    owner: 'Alex Morgan',
    creditUsd: '250',
    keys: ['monitoring'],
    members: [
      { name: 'Tomás Herrera', role: 'admin' },
      { name: 'Priya Raman', role: 'member', limitUsd: '60' },
    ],
    budgetUsd: '120',
    invited: 'On-call trainee',
  },
];

/** Teams with their wallets and keys, budgets of people, and a role of the company's own. `keyTexts` is told the teams' keys. */
export function teamDeeds(stage: Stage, company: Company, keyTexts: string[]): readonly Deed[] {
  const { accounts } = stage;
  const { root } = company;
  return [
    {
      daysAgo: 23.8,
      run: async () => {
        await createRole(accounts, root.label, supportRole);
      },
    },
    ...teams.map((team, index): Deed => ({
      daysAgo: 0.9 - index / 10,
      run: () => found(stage, company, team, keyTexts),
    })),
    ...budgets.map(({ daysAgo, who, byRoot, ...limits }): Deed => ({
      daysAgo,
      run: async () => {
        const { user } = memberNamed(company, who);
        const by = byRoot ? { actor: root.label, userId: undefined } : { actor: `user:${user.id}`, userId: user.id };
        await createBudget(accounts, by, user.id, budgetInputSchema.parse(limits));
      },
    })),
  ];
}

async function found(stage: Stage, company: Company, team: CastTeam, keyTexts: string[]): Promise<void> {
  const { accounts } = stage;
  const { root } = company;
  const owner = memberNamed(company, team.owner).user;
  const actor: Actor = { label: `user:${owner.id}`, userId: owner.id, role: 'user' };
  const { id } = await createTeam(accounts, actor, owner, team.name);
  await creditTeam(accounts, root, {
    teamId: id,
    amount: usdToNanos(team.creditUsd),
    note: 'Budget of the quarter',
    clientKey: `demo:${id}`,
  });
  for (const { name, role, limitUsd } of team.members) {
    const { user } = memberNamed(company, name);
    const { token } = await invite(letters(stage), actor, id, { role, note: name });
    await joinTeam(accounts, { label: `user:${user.id}`, userId: user.id, role: 'user' }, user, token ?? '');
    if (limitUsd !== undefined) await changeMember(accounts, actor, id, user.id, { limitUsd });
  }
  await invite(letters(stage), actor, id, { role: 'member', note: team.invited });
  for (const name of team.keys) {
    const { text } = await createApiKey(accounts, actor, owner, { name, teamId: id });
    keyTexts.push(text);
  }
  const payments = openPayments(stage);
  if (team.seats !== undefined) {
    const plan = (await listPlans(payments)).find(({ perSeat }) => perSeat);
    const ask = { userId: id, planId: plan?.id ?? '', clientKey: 'demo', actor: actor.label, seats: team.seats };
    await subscribeTeam(payments, ask);
  }
  if (team.budgetUsd !== undefined)
    await createBudget(
      accounts,
      { actor: actor.label, userId: id },
      owner.id,
      budgetInputSchema.parse({ teamId: id, limitUsd: team.budgetUsd, timeZone: 'Europe/Berlin' }),
    );
}

/** Nothing is mailed: the links of these invitations are handed over. */
const letters = (stage: Stage): Parameters<typeof invite>[0] => ({
  accounts: stage.accounts,
  jobs: openPayments(stage).jobs,
  mayMail: () => false,
  attempts: createAttemptLimits(stage.accounts),
});

const supportRole = roleInputSchema.parse({
  name: 'support',
  description: 'Answers people: sees their requests and orders, changes nothing.',
  permissions: { 'requests:read': 'any', 'orders:read': 'any', 'users:read': 'any' },
});

const budgets = [
  { daysAgo: 25.2, who: 'Maya Lindqvist', byRoot: false, limitUsd: '120', timeZone: 'Europe/Stockholm' },
  { daysAgo: 25.1, who: 'Maya Lindqvist', byRoot: false, period: 'day', model: 'claude-opus-4-5', limitUsd: '2' },
  { daysAgo: 22.7, who: 'Evaluation runner', byRoot: true, limitUsd: '450' },
  {
    daysAgo: 20.4,
    who: 'Chen Wei',
    byRoot: true,
    period: 'week',
    limitUsd: '25',
    cheaper: { atPercent: 80, model: 'claude-haiku-4-5' },
  },
] as const;
