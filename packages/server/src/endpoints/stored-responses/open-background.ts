import { readJson } from '@tollgate/wire/json/read';
import { planFor } from '../../domain/debits.ts';
import { zeroNanos } from '../../domain/money.ts';
import type { BackgroundJob } from '../../domain/background-job.ts';
import { traitsServed } from '../../domain/served-model.ts';
import type { Database } from '../../store/database.ts';
import {
  claimBackground,
  findBackground,
  insertBackground,
  removeBackground,
  renewBackground,
  updateBackground,
} from '../../store/background-responses.ts';
import type { Hold } from '../../services/ledger/types.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { ask } from '../../relay/send/ask.ts';
import type { Background } from '../../relay/background.ts';
import { storingAccountOf, requestTo } from './storing-account.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { settleDetached, type Ending } from '../../relay/settle/settle.ts';
import type { RelayDeps } from '../../relay/deps.ts';

export type BackgroundOptions = {
  readonly database: Database;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  /** How long until an answer is asked after first; each time it is not done it is asked after later. */
  readonly firstPollMs?: number;
  readonly lastPollMs?: number;
  /** A claim that is not renewed for so long belongs to nobody. */
  readonly claimMs?: number;
};

type Watched = {
  readonly job: BackgroundJob;
  readonly hold: Hold;
  waitMs: number;
  timer: Timer | undefined;
  /** It is being asked after just now. */
  asking: Promise<boolean> | undefined;
};
type Timer = ReturnType<typeof setTimeout>;

const dayMs = 86_400_000;
const claimsAtOnce = 50;

/** Looks after the answers that providers work on in the background; `deps` is asked for when it is complete. */
export function openBackground(deps: () => RelayDeps, options: BackgroundOptions): Background {
  const { database, promptly, firstPollMs = 2000, lastPollMs = 15_000, claimMs = 90_000 } = options;
  const watched = new Map<string, Watched>();
  let stopped = false;
  let claiming: Timer | undefined;
  const now = (): number => deps().clock.now();

  function watch(job: BackgroundJob, hold: Hold): Watched {
    const one: Watched = { job, hold, waitMs: firstPollMs, timer: undefined, asking: undefined };
    watched.set(job.record.id, one);
    schedule(one);
    return one;
  }

  function schedule(one: Watched): void {
    if (stopped) return;
    one.timer = setTimeout(() => void poll(one), one.waitMs);
    one.timer.unref();
    one.waitMs = Math.min(lastPollMs, one.waitMs * 1.5);
  }

  /** Asks after an answer; true when it is over with it. Two that ask at once ask once: it must not be settled twice. */
  function poll(one: Watched): Promise<boolean> {
    one.asking ??= pollOnce(one).finally(() => {
      one.asking = undefined;
    });
    return one.asking;
  }

  async function pollOnce(one: Watched): Promise<boolean> {
    clearTimeout(one.timer);
    try {
      const ending = await askAfter(one.job);
      if (ending) {
        await settle(one, ending);
        return true;
      }
      await promptly(renewBackground(database, [one.job.record.id], now() + claimMs));
    } catch (error) {
      deps().log.warn({ requestId: one.job.record.id, err: error }, 'an answer in the background was not asked after');
    }
    schedule(one);
    return false;
  }

  /** How the answer ended; undefined while it is worked on, or nobody can tell. Nobody is waited for longer than a day. */
  async function askAfter(job: BackgroundJob): Promise<Ending | undefined> {
    const old = now() - job.record.at > dayMs;
    try {
      return (await read(job)) ?? (old ? lost : undefined);
    } catch (error) {
      if (old) return lost;
      throw error;
    }
  }

  async function read(job: BackgroundJob): Promise<Ending | undefined> {
    const snapshot = deps().snapshot();
    const storing = storingAccountOf(snapshot, job.record.protocol, job);
    if (!storing) return undefined;
    const asked = await ask(
      deps(),
      snapshot.settings.relay,
      await requestTo(
        deps(),
        storing,
        'read',
        job.responseId,
        new URLSearchParams(),
        snapshot.settings.relay.connectTimeoutMs,
      ),
    );
    if ('cause' in asked) return undefined;
    // Its provider has forgotten it, or never knew it.
    if (asked.status === 404) return lost;
    const answer = asked.status === 200 ? readJson(asked.body) : undefined;
    const passthrough = passthroughOf(job.record.protocol);
    const facts =
      answer && !('failure' in answer)
        ? passthrough.readResponse(
            answer.json,
            storing.dialect.usage,
            tokenizerOf(traitsServed(storing.target.channel.models, job.record.modelServed)),
          )
        : undefined;
    if (!facts || facts.working) return undefined;
    const { usage, servedAs, meaningful, error, outputEstimate, storedIds } = facts;
    // Its items have come only now.
    if (storedIds) deps().conversations.rememberAccount(job.record.userId, storedIds, job, usage);
    const served = !error && (meaningful || usage !== undefined);
    return {
      status: 200,
      endReason: error ? 'upstream_error' : 'completed',
      errorCode: error ? 'upstream_error' : '',
      served,
      usage,
      servedAs,
      outputEstimate,
    };
  }

  /** The job as it is written down, which another process may have changed. */
  async function written(job: BackgroundJob): Promise<BackgroundJob> {
    const found = await promptly(findBackground(database, job.record.userId, job.responseId));
    return found?.record.id === job.record.id ? found : job;
  }

  async function settle({ job: taken, hold }: Watched, ending: Ending): Promise<void> {
    const job = await written(taken);
    await new Promise<void>((resolve) => {
      settleDetached(deps(), job, hold, ending, () => {
        // The charge is in the outbox. A row that stays behind is settled again, and charged once.
        removeBackground(database, job.record.id).catch((error: unknown) =>
          deps().log.warn({ err: error }, 'a charged answer is still written down as open'),
        );
        resolve();
      });
      watched.delete(job.record.id);
    });
  }

  async function claim(): Promise<void> {
    try {
      const jobs = await promptly(claimBackground(database, now(), now() + claimMs, claimsAtOnce));
      for (const job of jobs) {
        // What its first process had set aside went back when it died. What it cost is charged all the same.
        const hold = await deps().ledger.hold(planFor(job.record.debits, zeroNanos));
        if (!watched.has(job.record.id) && !('refused' in hold)) watch(job, hold);
      }
    } catch (error) {
      deps().log.warn({ err: error }, 'answers in the background could not be claimed');
    }
    if (stopped) return;
    claiming = setTimeout(() => void claim(), claimMs / 3);
    claiming.unref();
  }

  return {
    async take(job, hold) {
      await promptly(insertBackground(database, job, now(), now() + claimMs));
      watch(job, hold);
    },
    async isSettled(userId, responseId) {
      const job = await promptly(findBackground(database, userId, responseId));
      if (!job) return true;
      const one = watched.get(job.record.id);
      return one ? await poll(one) : false;
    },
    async noteGiven(userId, responseId, given) {
      const job = await promptly(findBackground(database, userId, responseId));
      if (!job || (job.given?.outputEstimate ?? 0) >= given.outputEstimate) return;
      await promptly(updateBackground(database, { ...job, given }));
    },
    start: () => void claim(),
    async stop() {
      stopped = true;
      clearTimeout(claiming);
      for (const { timer } of watched.values()) clearTimeout(timer);
      // Neither a provider nor a database that is slow holds up who stops; claims run out by themselves.
      const asked = Promise.all([...watched.values()].flatMap(({ asking }) => asking ?? []));
      await promptly(asked).catch(() => undefined);
      await promptly(renewBackground(database, [...watched.keys()], 0)).catch((error: unknown) =>
        deps().log.warn({ err: error }, 'answers in the background could not be handed on'),
      );
    },
  };
}

/** Nobody knows any more what became of it. */
const lost: Ending = {
  status: 200,
  endReason: 'upstream_error',
  errorCode: 'upstream_error',
  served: false,
  usage: undefined,
  outputEstimate: 0,
};
