import type { Readiness } from './health.ts';
import type { Channel, Credential } from './snapshot.ts';

/** One way to serve a request: a channel and one of its accounts. Ids are stable: `channel#credential`. */
export type Target = { readonly channel: Channel; readonly credential: Credential };

/** What ranking needs to know of the world; all of it comes in, so that the order is a pure function. */
export type RankInputs = {
  readiness(target: Target): Readiness;
  /** The order in which a channel wants its accounts, where it is not by chance. Asked only of those with several. */
  prefer?(channel: Channel, usable: readonly Target[]): readonly Target[];
  /** The only account that is meant, where a request leans on what one keeps. */
  readonly only?: number | undefined;
  /** Takes what rests by the gateway's own guess as well: when nothing else is left. */
  readonly lastResort?: boolean | undefined;
  /** Uniform in [0, 1): by chance, or the same each time for what is to stay together. */
  random(target: Target): number;
};

export type Ranking = {
  /** The whole order, best first; the retry loop only walks it. */
  readonly order: readonly Target[];
  /** When the first of the targets left out can be used again, on the clock of `readiness`; undefined when none was left out. */
  readonly closedUntil: number | undefined;
  /** None of those left out rests by the gateway's guess alone: until then nobody is to be asked. */
  readonly stated: boolean;
};

/**
 * Puts every usable target of the channels in the order in which they are to be tried: higher priority first, within a
 * priority by weighted chance, a channel's accounts evenly by chance, or as the channel prefers. A weight of 0 is the last resort of its priority,
 * not "never". Closed targets are left out; a half-open one keeps its place, so that it is probed by real traffic.
 */
export function rankChannels(channels: readonly Channel[], inputs: RankInputs): Ranking {
  const order: { target: Target; priority: number; lot: number }[] = [];
  let closedUntil: number | undefined;
  let stated = true;
  for (const channel of channels) {
    const usable: Target[] = [];
    for (const credential of channel.credentials) {
      if (!credential.enabled || (inputs.only ?? credential.index) !== credential.index) continue;
      const target: Target = { channel, credential };
      const state = inputs.readiness(target);
      if (typeof state !== 'object' || (inputs.lastResort && !state.stated)) {
        usable.push(target);
        continue;
      }
      closedUntil = Math.min(closedUntil ?? Infinity, state.closedUntil);
      stated &&= state.stated;
    }
    const lots = usable.map((target) => drawLot(channel.weight / usable.length, inputs.random(target)));
    const preferred = usable.length > 1 && channel.keyMode !== 'random' ? inputs.prefer?.(channel, usable) : undefined;
    // The channel's place is drawn as ever; which account takes the first of its lots is the channel's to say.
    if (preferred) lots.sort((a, b) => a - b);
    for (const [index, target] of (preferred ?? usable).entries())
      order.push({ target, priority: channel.priority, lot: lots[index] ?? Infinity });
  }
  if (order.length > 1) order.sort((a, b) => b.priority - a.priority || a.lot - b.lot);
  return { order: order.map((entry) => entry.target), closedUntil, stated };
}

/** Weighted sampling without replacement by exponential lots (Efraimidis and Spirakis 2006): the smallest lot is drawn first. */
function drawLot(weight: number, random: number): number {
  const u = 1 - random;
  return weight > 0 ? -Math.log(u) / weight : Number.MAX_VALUE * (1 - u / 2);
}
