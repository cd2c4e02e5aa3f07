import type { Reconciliation } from '@tollgate/contract/api/reconciliation';
import { reconcile, type OurCost, type Sides } from '../../domain/reconciliation.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { billingAccountRepository, type BillingAccount } from '../../store/billing-accounts.ts';
import type { Database } from '../../store/database.ts';
import { sumUsage } from '../../store/usage-sums.ts';

const mostModels = 500;

/** Both sides of the days from `from` up to and without `to` (starts of days in UTC). */
export async function readReconciliation(
  { database, channels }: { readonly database: Database; readonly channels: Snapshot['channels'] },
  account: BillingAccount,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Reconciliation> {
  const theirs = await billingAccountRepository.costs(database.db, account.id, from, to);
  const sums = await sumUsage(database, { from, to, channelIds: account.channels }, ['day', 'channel_id', 'model']);
  const ours = sums.map(
    ({ by: [day, channelId = '', model = ''], sums: { cost, amount, costed, requests } }): OurCost => ({
      day: Number(day),
      model: channels.get(channelId)?.models.get(model)?.upstream ?? model,
      cost,
      unknown: amount - costed,
      requests,
    }),
  );
  const { days, models, total, differences } = reconcile(ours, theirs);
  return {
    from,
    to,
    days: [...days].map(([day, sides]) => ({ day, ...present(sides) })),
    models: [...models]
      .toSorted(([, one], [, other]) => compare(distance(one), distance(other)))
      .slice(0, mostModels)
      .map(([model, sides]) => ({ model, ...present(sides) })),
    total: present(total),
    differences: [
      { kind: 'not_reported', nanos: differences.notReported.toString() },
      { kind: 'only_theirs', nanos: differences.onlyTheirs.toString() },
      { kind: 'only_ours', nanos: differences.onlyOurs.toString() },
      { kind: 'same_models', nanos: differences.sameModels.toString() },
    ],
  };
}

function distance({ ours, theirs = 0n }: Sides): bigint {
  return theirs > ours ? theirs - ours : ours - theirs;
}

const compare = (one: bigint, other: bigint): number => (one > other ? -1 : one < other ? 1 : 0);

const present = ({ ours, theirs, unknown, requests }: Sides) => ({
  oursNanos: ours.toString(),
  theirsNanos: theirs?.toString() ?? null,
  unknownNanos: unknown.toString(),
  requests,
});
