import type { NoticeEvent } from '@tollgate/contract/api/notices';
import { z } from 'zod';
import type { ProviderKeyOwner } from '../../domain/configuration.ts';
import { every } from '../../domain/job.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { sumUsage } from '../../store/usage-sums.ts';
import type { Db } from '../../store/database.ts';
import { noticeRepository, type NoticeTarget } from '../../store/notices.ts';
import { teamRepository } from '../../store/teams.ts';
import { hashSecret } from '../accounts/secret-text.ts';
import { balancesOf, nanosToUsd, usdToNanos } from '../accounts/people.ts';
import { cacheRoutes, watchedHours } from '../activity/cache-meter.ts';
import { listWatches } from '../model-watch/model-watch.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { addNotice, deliverNotices, type NoticeDeps } from './notices.ts';
import type { NoticeFacts } from './notice-words.ts';

type WatchDeps = NoticeDeps & { readonly jobs: Pick<Jobs, 'addWithin' | 'wake'> };

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** So long before its end a key or a subscription is told of. */
const warningMs = 3 * dayMs;
/** Of fewer requests in an hour or two a share says little. */
const fewRequests = 50;
const pageRows = 200;
/** Models of a notice that are named. */
const mostNamed = 10;

const watchKind = jobKind({
  name: 'notices.watch',
  // `after` is the last entry of the audit log that was looked at; none before the first look.
  payload: z.strictObject({ after: z.int().optional() }),
  schedule: every(60_000),
  deadlineMs: 5 * 60_000,
});

/** Looks for what people are to be told of: in the audit log, at balances, and at keys. Each is told once. */
const watchNotices = (deps: WatchDeps): JobHandler =>
  jobHandler(watchKind, async ({ after }, { signal }) => {
    const now = deps.accounts.now();
    for (let last = ''; ;) {
      signal.throwIfAborted();
      const targets = await noticeRepository.inUse(deps.accounts.database.db, last, pageRows);
      await watchBalances(deps, targets);
      await watchKeys(deps, targets);
      await watchSubscriptions(deps, targets);
      await watchErrors(deps, targets);
      await watchModels(deps, targets);
      await watchCaches(deps, targets);
      const end = targets.at(-1);
      if (end === undefined || targets.length < pageRows) break;
      last = end.id;
    }
    return { runAt: now + 60_000, payload: { after: await watchLog(deps, after) } };
  });

/** Looks for what is to be told, and tells it. */
export const noticeJobs = (deps: WatchDeps): readonly JobHandler[] => [watchNotices(deps), deliverNotices(deps)];

/** Tells all targets that want it, unless this was told there. */
async function tellOnce(
  deps: WatchDeps,
  targets: readonly NoticeTarget[],
  told: { readonly event: NoticeEvent; readonly of: string; readonly facts: NoticeFacts },
): Promise<void> {
  const { database, now } = deps.accounts;
  for (const target of targets) {
    if (!target.events.includes(told.event)) continue;
    await database.transact(async (db) => {
      if (await noticeRepository.mark(db, markOf(target, told), now()))
        await addNotice(deps.jobs, db, { targetId: target.id, event: told.event, facts: told.facts });
    });
    deps.jobs.wake();
  }
}

const markOf = ({ id }: NoticeTarget, { event, of }: { readonly event: string; readonly of: string }): string =>
  hashSecret(`${id} ${event} ${of}`);

/** A balance is told of when it falls below what somebody named, and again once it was above. */
async function watchBalances(deps: WatchDeps, targets: readonly NoticeTarget[]): Promise<void> {
  const wanting = targets.filter(({ belowUsd, events }) => belowUsd !== null && events.includes('lowBalance'));
  if (wanting.length === 0) return;
  const balances = await balancesOf(deps.accounts, [...new Set(wanting.map(({ userId }) => userId))]);
  for (const target of wanting) {
    const balance = balances.get(target.userId) ?? 0n;
    const told = { event: 'lowBalance', of: 'balance' } as const;
    if (balance >= usdToNanos(target.belowUsd ?? '0'))
      await noticeRepository.unmark(deps.accounts.database.db, markOf(target, told));
    else await tellOnce(deps, [target], { ...told, facts: { what: '', figure: `$${nanosToUsd(balance)}` } });
  }
}

/** Keys that end soon are told of once for each end. */
async function watchKeys(deps: WatchDeps, targets: readonly NoticeTarget[]): Promise<void> {
  if (!targets.some(({ events }) => events.includes('keyExpiring'))) return;
  const from = deps.accounts.now();
  const keys = await apiKeyRepository.expiring(deps.accounts.database.db, {
    from,
    to: from + warningMs,
    limit: 1000,
  });
  for (const key of keys) {
    const owners = targets.filter(({ userId }) => userId === key.userId);
    const facts = { what: key.name, figure: minuteOf(key.expiresAt ?? from) };
    await tellOnce(deps, owners, { event: 'keyExpiring', of: `${key.id} ${key.expiresAt ?? 0}`, facts });
  }
}

/** Subscriptions that are not renewed are told of once for each end. */
async function watchSubscriptions(deps: WatchDeps, targets: readonly NoticeTarget[]): Promise<void> {
  const wanting = targets.filter(({ events }) => events.includes('subscriptionEnding'));
  const { database, now } = deps.accounts;
  const ids = [...new Set(wanting.map(({ userId }) => userId))];
  for (const one of await subscriptionRepository.ending(database.db, ids, now(), now() + warningMs)) {
    const { name } = z.looseObject({ name: z.string() }).parse(JSON.parse(one.terms));
    const facts = { what: name, figure: minuteOf(one.termEndsAt) };
    const owners = wanting.filter(({ userId }) => userId === one.userId);
    await tellOnce(deps, owners, { event: 'subscriptionEnding', of: `${one.id} ${one.termEndsAt}`, facts });
  }
}

/** Too many failures are told of once an hour, as long as they go on. */
async function watchErrors(deps: WatchDeps, targets: readonly NoticeTarget[]): Promise<void> {
  if (!targets.some(({ events }) => events.includes('errorRate'))) return;
  const { database, now, snapshot } = deps.accounts;
  const hour = Math.floor(now() / hourMs) * hourMs;
  const [found] = await sumUsage(database, { from: hour - hourMs, to: hour + hourMs }, []);
  if (found === undefined || found.sums.requests < fewRequests) return;
  const { requests, errors } = found.sums;
  const percent = (errors / requests) * 100;
  if (percent < snapshot().settings.health.errorNoticePercent) return;
  const facts = { what: `${requests}`, figure: `${percent.toFixed(1)} %` };
  await tellOnce(deps, targets, { event: 'errorRate', of: `${hour}`, facts });
}

/** What upstreams list anew or no longer is told of once for each time that something was found. */
async function watchModels(deps: WatchDeps, targets: readonly NoticeTarget[]): Promise<void> {
  if (!targets.some(({ events }) => events.includes('upstreamModels'))) return;
  for (const watch of await listWatches(deps.accounts, deps.accounts.snapshot())) {
    const names = [...watch.new.map((name) => `+ ${name}`), ...watch.gone.map(({ name }) => `− ${name}`)];
    if (names.length === 0 || watch.foundAt === null) continue;
    const facts = { what: watch.channel, figure: someOf(names) };
    await tellOnce(deps, targets, { event: 'upstreamModels', of: `${watch.channelId} ${watch.foundAt}`, facts });
  }
}

/** Prompt caches that are paid for and hardly read are told of once a day (UTC) for each route, as long as that goes on. */
async function watchCaches(deps: WatchDeps, targets: readonly NoticeTarget[]): Promise<void> {
  if (!targets.some(({ events }) => events.includes('cacheUnread'))) return;
  const day = new Date(deps.accounts.now()).toISOString().slice(0, 10);
  for (const route of await cacheRoutes(deps.accounts, watchedHours)) {
    if (!route.unread) continue;
    const { channelId, channel, model, wastedNanos } = route;
    const facts = { what: `${channel ?? channelId}: ${model}`, figure: `$${nanosToUsd(BigInt(wastedNanos))}` };
    await tellOnce(deps, targets, { event: 'cacheUnread', of: `${channelId} ${model} ${day}`, facts });
  }
}

const someOf = (names: readonly string[]): string =>
  names.length > mostNamed ? `${names.slice(0, mostNamed).join(', ')}, … (${names.length})` : names.join(', ');

/** A moment as it is shown: to the minute, by UTC. */
const minuteOf = (moment: number): string => `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Of a person; of a team those of who looks after its money. */
async function noticesOfOwner(db: Db, owner: string): ReturnType<typeof noticeRepository.ofUser> {
  const members = await teamRepository.members(db, [owner]);
  const payers = members.filter(({ role }) => role === 'owner' || role === 'billing').map(({ userId }) => userId);
  const found = await Promise.all(
    (members.length === 0 ? [owner] : payers).map(async (id) => await noticeRepository.ofUser(db, id)),
  );
  return found.flat();
}

const signInSchema = z.looseObject({ address: z.string(), device: z.string() });

const reachedSchema = z.looseObject({ percent: z.number(), userId: z.string(), spentNanos: z.string() });

const refusedKeySchema = z.object({
  name: z.string(),
  owner: z.object({ kind: z.enum(['person', 'team']), id: z.string() }),
  disabled: z.object({ reason: z.string() }),
});

/** Who sees to the provider keys of an owner. */
async function keepersOf(db: Db, { kind, id }: ProviderKeyOwner): Promise<readonly string[]> {
  if (kind === 'person') return [id];
  const members = await teamRepository.members(db, [id]);
  return members.filter(({ role }) => role === 'owner' || role === 'admin').map(({ userId }) => userId);
}

/** What the audit log has got since: budgets, and channels that the gateway changed by itself, models that it serves anew among it. Returns the last entry's id. */
async function watchLog(deps: WatchDeps, after: number | undefined): Promise<number> {
  const { db } = deps.accounts.database;
  const newest = (await auditRepository.page(db, { limit: 1 }))[0]?.id ?? 0;
  if (after === undefined) return newest;
  const entries = await auditRepository.since(db, after, 500);
  for (const { id, action, actor, subject, before, after: said } of entries) {
    if (action === 'budget.reached') {
      const { percent, userId, spentNanos } = reachedSchema.parse(said);
      const targets = (await noticesOfOwner(db, userId)).filter(({ enabled }) => enabled);
      const facts = { what: `${percent}`, figure: `$${nanosToUsd(BigInt(spentNanos))}` };
      await tellOnce(deps, targets, { event: 'budgetReached', of: `${id}`, facts });
    }
    if (action === 'user.newSignIn') {
      const { address, device } = signInSchema.parse(said);
      const targets = await noticeRepository.ofUser(db, subject.slice('user:'.length));
      const facts = { what: device, figure: address };
      const inUse = targets.filter(({ enabled }) => enabled);
      await tellOnce(deps, inUse, { event: 'newSignIn', of: `${id}`, facts });
    }
    if (action === 'provider-key.update' && actor === 'gateway') {
      const { name, owner, disabled } = refusedKeySchema.parse(said);
      const facts = { what: name, figure: disabled.reason };
      for (const userId of await keepersOf(db, owner)) {
        const targets = (await noticeRepository.ofUser(db, userId)).filter(({ enabled }) => enabled);
        await tellOnce(deps, targets, { event: 'providerKeyRefused', of: `${id}`, facts });
      }
    }
    if (action === 'channel.update' && actor === 'gateway') {
      const added = modelsOf(said).filter((name) => !modelsOf(before).includes(name));
      const told = {
        event: added.length > 0 ? 'upstreamModels' : 'channelState',
        of: `${id}`,
        facts: { what: nameOf(said) ?? subject, figure: someOf(added.map((name) => `+ ${name}`)) },
      } as const;
      for (let last = ''; ;) {
        const targets = await noticeRepository.inUse(db, last, pageRows);
        await tellOnce(deps, targets, told);
        const end = targets.at(-1);
        if (end === undefined || targets.length < pageRows) break;
        last = end.id;
      }
    }
  }
  return entries.at(-1)?.id ?? after;
}

const nameOf = (said: unknown): string | undefined => z.looseObject({ name: z.string() }).safeParse(said).data?.name;

const modelsOf = (said: unknown): readonly string[] =>
  channelModels.safeParse(said).data?.models.map(({ name }) => name) ?? [];
const channelModels = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });
