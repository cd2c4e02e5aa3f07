import { sayChannelReason } from '@tollgate/contract/channel-reasons';
import type { Health } from './health.ts';

/** A channel as far as its state goes. */
export type StatedChannel = {
  readonly id: string;
  readonly enabled: boolean;
  readonly credentials: readonly { readonly index: number; readonly enabled: boolean }[];
};

/** How a channel does, by what this process has seen of it. Times are on the clock of the health. */
export type ChannelState = {
  readonly state: 'enabled' | 'degraded' | 'cooling' | 'disabled';
  /** In words; undefined when there is nothing to say. */
  readonly reason: string | undefined;
  /** When a cooling one is tried again. */
  readonly closedUntil: number | undefined;
  /** Credentials that take requests, of all that there are. */
  readonly keysOk: number;
};

/** The health of one credential and model. */
type Target = { readonly credential: number; readonly model: string; readonly health: Readonly<Health> };

/** So many failures of a window, and such a share of it, are worth a word. */
const notable = { failures: 3, share: 0.1 };

/** Whether so many failures of so many tries say that something is wrong. */
export const isNotable = (failures: number, all: number): boolean =>
  failures >= notable.failures && failures >= all * notable.share;

/** What the entries of a health tracker are about, by channel. */
export function targetsByChannel(
  entries: Iterable<readonly [string, Readonly<Health>]>,
): ReadonlyMap<string, readonly Target[]> {
  const found = new Map<string, Target[]>();
  for (const [key, health] of entries) {
    const [channel = '', credential = '', ...model] = key.split('#');
    const targets = found.get(channel) ?? [];
    targets.push({ credential: Number(credential), model: model.join('#'), health });
    found.set(channel, targets);
  }
  return found;
}

/** Tells how a channel does. `now` is on the clock of the health. */
export function channelState(channel: StatedChannel, targets: readonly Target[], now: number): ChannelState {
  const enabled = channel.credentials.filter((credential) => credential.enabled);
  const resting = enabled.filter(({ index }) => rests(targets, index, now));
  const keysOk = channel.enabled ? enabled.length - resting.length : 0;
  if (!channel.enabled) return { state: 'disabled', reason: undefined, closedUntil: undefined, keysOk };
  if (enabled.length === 0) {
    const reason = sayChannelReason(channel.credentials.length > 0 ? 'accountsDisabled' : 'noAccount');
    return { state: 'degraded', reason, closedUntil: undefined, keysOk };
  }
  const closed = targets.filter(({ health }) => closedUntil(health) > now);
  if (keysOk === 0 && resting.length > 0) {
    const until = Math.min(...closed.map(({ health }) => closedUntil(health)));
    const limited = closed.some(({ health }) => health.coolUntil > now);
    const reason = sayChannelReason(limited ? 'paused' : 'failing');
    return { state: 'cooling', reason, closedUntil: until, keysOk };
  }
  const reason = troubleOf(targets, closed, resting.length);
  return { state: reason === undefined ? 'enabled' : 'degraded', reason, closedUntil: undefined, keysOk };
}

const closedUntil = ({ coolUntil, openUntil }: Readonly<Health>): number => Math.max(coolUntil, openUntil);

/** A credential rests when all that was asked of it lately is closed. */
function rests(targets: readonly Target[], credential: number, now: number): boolean {
  const own = targets.filter((target) => target.credential === credential);
  return own.length > 0 && own.every(({ health }) => closedUntil(health) > now);
}

function troubleOf(targets: readonly Target[], closed: readonly Target[], resting: number): string | undefined {
  if (resting === 1) return sayChannelReason('keyRests');
  if (resting > 0) return sayChannelReason('keysRest', { count: resting });
  const [first] = closed;
  if (first !== undefined)
    return closed.length === 1
      ? sayChannelReason('modelRests', { model: first.model })
      : sayChannelReason('modelsRest', { count: closed.length });
  let failures = 0;
  let all = 0;
  for (const { health } of targets) {
    failures += health.failures + health.previousFailures;
    all += health.failures + health.previousFailures + health.successes + health.previousSuccesses;
  }
  if (!isNotable(failures, all)) return undefined;
  return sayChannelReason('attemptsFailed', { failures, all });
}
