import { channelPatchSchema } from '@tollgate/contract/api/configuration';
import { usdToNanos } from '../services/accounts/people.ts';
import { creditUser } from '../services/accounts/credit-user.ts';
import { changePerson } from '../services/accounts/change-person.ts';
import { revokeKey, changeKey } from '../services/accounts/api-keys.ts';
import { updateChannel } from '../services/configuration/channels.ts';
import { updateGroup } from '../services/configuration/groups.ts';
import { updateModel } from '../services/configuration/models.ts';
import { writeSetting } from '../services/configuration/settings.ts';
import type { Company } from './settle-in.ts';
import type { Stage } from './stage.ts';

/** Something that somebody did, so many days before the end. */
export type Deed = { readonly daysAgo: number; readonly run: () => Promise<unknown> };

/** What was done by hand in those thirty days, in order; it is what the audit log shows. */
export function deedsOf(stage: Stage, company: Company): readonly Deed[] {
  const { accounts, configuration } = stage;
  const { root, members, channels, keys } = company;
  const admin = members.find(({ person }) => person.role === 'admin');
  const actor =
    admin === undefined ? root : { label: `user:${admin.user.id}`, userId: admin.user.id, role: 'admin' as const };
  const patch = (name: string, by: string, change: Record<string, unknown>): Promise<unknown> => {
    const channel = channels.find(({ input }) => input.name === name);
    if (channel === undefined) throw new Error(`the cast has no channel ${name}`);
    return updateChannel(configuration, by, channel.id, channelPatchSchema.parse(change));
  };
  const credit = (place: number, usd: string, note: string): Promise<void> =>
    creditUser(accounts, root, { userId: members[place]?.user.id ?? '', amount: usdToNanos(usd), note });
  const spare = keys.findLast(({ person }) => person.share <= 3);
  const deeds: Deed[] = [
    { daysAgo: 27.2, run: () => patch('openai-main', actor.label, { weight: 4 }) },
    { daysAgo: 26.9, run: () => patch('openai-main', actor.label, { weight: 6 }) },
    {
      daysAgo: 24.1,
      run: () => writeSetting(configuration, { actor: root.label, audience: 'root' }, 'relay.maxAttempts', 3),
    },
    { daysAgo: 21.4, run: () => credit(25, '250', 'Budget of the research quarter') },
    { daysAgo: 19.3, run: () => updateGroup(configuration, root.label, 'research', { multiplier: '0.8' }) },
    {
      daysAgo: 15.6,
      run: () =>
        updateModel(configuration, actor.label, 'northwind-support-7b', { price: { input: '0.05', output: '0.15' } }),
    },
    {
      daysAgo: 13.2,
      run: () => patch('azure-west-europe', actor.label, { weight: 3, settings: { apiVersion: 'v1' } }),
    },
    { daysAgo: 11.8, run: () => credit(28, '-12.5', 'Charged twice by mistake; see ticket 4471') },
    { daysAgo: 8.1, run: () => updateGroup(configuration, root.label, 'partners', { multiplier: '1.25' }) },
    { daysAgo: 3.4, run: () => credit(32, '15', 'Goodwill after the outage') },
    { daysAgo: 2.2, run: () => patch('anthropic-main', actor.label, { weight: 5, priority: 10 }) },
    { daysAgo: 1.1, run: () => patch('gemini-free-tier', actor.label, { priority: 12 }) },
    { daysAgo: 0.6, run: () => changeKey(accounts, actor, keys[1]?.id ?? '', { limitUsd: '30' }) },
  ];
  for (const { id, off } of channels)
    if (off !== undefined)
      deeds.push({
        daysAgo: off.daysAgo,
        run: () =>
          updateChannel(configuration, off.by === 'gateway' ? 'gateway' : actor.label, id, {
            enabled: false,
            disabledReason: off.reason,
          }),
      });
  for (const { user, person } of members)
    if (person.leftDaysAgo !== undefined)
      deeds.push({ daysAgo: person.leftDaysAgo, run: () => changePerson(accounts, root, user.id, { enabled: false }) });
  if (spare !== undefined) deeds.push({ daysAgo: 0.2, run: () => revokeKey(accounts, root, spare.id) });
  return deeds.toSorted((a, b) => b.daysAgo - a.daysAgo);
}
