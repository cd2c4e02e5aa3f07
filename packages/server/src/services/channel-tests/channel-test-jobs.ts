import type { Settings } from '@tollgate/contract/settings';
import { z } from 'zod';
import { reasonToDisable } from '../../domain/auto-disable.ts';
import type { Cause } from '../../domain/causes.ts';
import { every } from '../../domain/job.ts';
import type { Channel } from '../../domain/snapshot.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import { disableCredential, disabledByGateway, recoverCredential } from '../configuration/credentials.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { AccountId } from './account-disabler.ts';

/** How an account answered something small. */
export type Tested = {
  readonly ok: boolean;
  readonly status: number;
  readonly durationMs: number;
  readonly cause: Cause | null;
  readonly message: string;
};

export type ChannelTestDeps = {
  readonly configuration: ConfigurationContext;
  readonly settings: () => Settings;
  readonly channels: () => ReadonlyMap<string, Channel>;
  test(account: AccountId): Promise<Tested>;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
};

const minuteMs = 60_000;

/** What looks after accounts: takes back those that answer again, and tests all of them where that is wanted. */
export function channelTestJobs(deps: ChannelTestDeps): readonly JobHandler[] {
  const recurring = (
    name: string,
    everyMs: (settings: Settings) => number | undefined,
    work: (signal: AbortSignal) => Promise<void>,
  ): JobHandler =>
    jobHandler(
      jobKind({
        name,
        payload: z.strictObject({}),
        schedule: every(minuteMs),
        deadlineMs: 30 * minuteMs,
        backOff: { firstMs: minuteMs, maxMs: 10 * minuteMs },
      }),
      async (_, { dueAt, signal }) => {
        const period = everyMs(deps.settings());
        // The job is due each minute; its work in the first minute of each period.
        if (period !== undefined && dueAt % period < minuteMs) await work(signal);
        return undefined;
      },
    );
  return [
    recurring(
      'channels.recover',
      ({ channels }) => (channels.recover ? channels.recoverEveryMs : undefined),
      (signal) => recoverAccounts(deps, signal),
    ),
    recurring(
      'channels.test',
      ({ channels }) => (channels.testOnSchedule ? channels.testEveryMs : undefined),
      (signal) => testChannels(deps, signal),
    ),
  ];
}

/** Asks each account that the gateway took out of use, and takes back those that answer. */
export async function recoverAccounts(deps: ChannelTestDeps, signal: AbortSignal): Promise<void> {
  for (const account of await disabledByGateway(deps.configuration)) {
    if (signal.aborted) return;
    const tested = await tryTest(deps, account);
    if (tested?.ok) await recoverCredential(deps.configuration, account);
  }
}

/** Asks one account of each channel in use, and takes those out of use that say they are no good, or that are slow. */
export async function testChannels(deps: ChannelTestDeps, signal: AbortSignal): Promise<void> {
  for (const channel of deps.channels().values()) {
    if (signal.aborted) return;
    const credential = channel.credentials.find(({ enabled }) => enabled);
    if (!channel.enabled || !credential) continue;
    const account = { channelId: channel.id, index: credential.index };
    const tested = await tryTest(deps, account);
    const { channels: rules } = deps.settings();
    const reason = tested && channel.autoDisable && rules.autoDisable ? verdict(tested, rules) : undefined;
    if (reason !== undefined) await disableCredential(deps.configuration, account, reason);
  }
}

function verdict(tested: Tested, rules: Settings['channels']): string | undefined {
  if (tested.cause) return reasonToDisable({ ...tested, cause: tested.cause }, rules);
  const slow = rules.slowMs > 0 && tested.durationMs > rules.slowMs;
  return slow ? `took ${tested.durationMs} ms for a test` : undefined;
}

/** A channel that cannot be asked anything is passed over: that says nothing of its accounts. */
async function tryTest({ test, log }: ChannelTestDeps, account: AccountId): Promise<Tested | undefined> {
  try {
    return await test(account);
  } catch (error) {
    log.warn({ channelId: account.channelId, credential: account.index, err: error }, 'channel not tested');
    return undefined;
  }
}
