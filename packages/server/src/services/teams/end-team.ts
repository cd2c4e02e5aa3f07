import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { budgetRepository } from '../../store/budgets.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { identityRepository } from '../../store/sign-in/identities.ts';
import { signInMethodRepository } from '../../store/sign-in/methods.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { teamDomainRepository } from '../../store/team-domains.ts';
import { teamRepository } from '../../store/teams.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { balancesOf, nanosToUsd } from '../accounts/people.ts';
import { endBudget } from '../budgets/budgets.ts';
import { endProviderKeys } from '../provider-keys/end-keys.ts';
import { writeSignInMethod } from '../sign-in/methods.ts';
import { endAt } from '../subscriptions/advance.ts';
import type { SubscriptionDeps, Transact } from '../subscriptions/deps.ts';
import { withWallet } from '../subscriptions/pay.ts';
import { endMembership, recordTeam, requireTeam } from './teams.ts';

/**
 * Ends a team with its keys, provider keys, memberships, invitations, domains and ways to sign in. What is in its wallet goes to an owner where that is asked for, to who
 * ends it if they are one, otherwise to who has been one for longest; a team that holds money and is not asked so stays. The books keep the
 * account. Its plans end with it.
 */
export async function endTeam(
  deps: AccountDeps & Pick<SubscriptionDeps, 'jobs'>,
  actor: Actor,
  id: string,
  { payOut }: { readonly payOut: boolean },
): Promise<void> {
  const { team, role } = await requireTeam(deps, actor, id, 'manage');
  if (role === 'admin') throw new Refusal('forbidden', 'Only an owner deletes the team.');
  const { now } = deps;
  const balance = (await balancesOf(deps, [id])).get(id) ?? 0n;
  if (balance < 0n) throw new Refusal('conflict', 'The wallet of the team is below zero. Pay in what is owed first.');
  if (balance > 0n && !payOut)
    throw new Refusal('conflict', `The wallet holds $${nanosToUsd(balance)}. Have it paid out to an owner.`, {
      param: 'payOut',
    });
  const outcome = await withWallet(deps, id, balance, async (db) => {
    await teamRepository.hold(db, id, now());
    const members = await teamRepository.members(db, [id]);
    const owners = members.filter((one) => one.role === 'owner').map(({ userId }) => userId);
    const payee = owners.find((userId) => userId === actor.userId) ?? owners[0];
    if (balance > 0n && payee !== undefined) await payOutTo(db, deps, actor, { teamId: id, userId: payee, balance });
    for (const member of members) await endMembership(db, deps, actor, member, 'the team was deleted');
    // What was paid for its plans is not given back.
    for (const one of await subscriptionRepository.running(db, id)) {
      const locked = await subscriptionRepository.lock(db, one.id);
      if (locked !== undefined && locked.state !== 'ended') await endAt(db, deps, locked, now());
    }
    for (const budget of await budgetRepository.ofTeam(db, id)) await endBudget(db, deps, budget);
    // What an administrator put there for somebody who is no member.
    for (const { id: keyId } of await apiKeyRepository.ofTeam(db, id, undefined))
      await apiKeyRepository.revoke(db, keyId, now());
    await endProviderKeys(db, { kind: 'team', id }, { actor: actor.label, at: now() });
    for (const domain of await teamDomainRepository.ofTeam(db, id)) await teamDomainRepository.remove(db, domain.id);
    // Its people go on with their password, or have one sent to their address: nobody is left to vouch for them.
    for (const before of await signInMethodRepository.ofTeam(db, id)) {
      await identityRepository.removeOfMethod(db, before.id);
      await writeSignInMethod(db, { actor: actor.label, at: now(), before, after: undefined });
    }
    if (!(await teamRepository.remove(db, id))) throw new Refusal('not_found', 'There is no such team.');
    const after = { paidOut: balance.toString(), to: balance > 0n ? payee : null };
    await recordTeam(db, deps, actor, id, 'delete', { name: team.name }, after);
  });
  if (outcome === 'short') {
    // Somebody else may have ended it meanwhile, and had it paid out.
    await requireTeam(deps, actor, id, 'manage');
    throw new Refusal('conflict', 'Something of the wallet is set aside for requests that run. Try again in a moment.');
  }
}

/** Moves what is left: once, because the team ends in the same transaction. */
async function payOutTo(
  db: Transact,
  { database, now, newId }: AccountDeps,
  actor: Actor,
  { teamId, userId, balance }: { readonly teamId: string; readonly userId: string; readonly balance: bigint },
): Promise<void> {
  const at = now();
  for (const [owner, amount, way] of [
    [teamId, -balance, 'out'],
    [userId, balance, 'in'],
  ] as const) {
    await postCreditIn(db, database.kind, {
      transactionId: `tx_${newId()}`,
      account: walletMeter(owner),
      amount,
      kind: 'transfer',
      note: `team ${teamId}`,
      idempotencyKey: `team-end:${teamId}:${way}`,
      actor: actor.label,
      at,
    });
    await changeRepository.append(db, 'wallet', owner, at);
  }
}
