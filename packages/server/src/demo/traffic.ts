import { costOf, type ChannelCosts } from '../domain/channel-costs.ts';
import { conversionLosses } from './losses.ts';
import { planDebits } from '../domain/debits.ts';
import { nanos } from '../domain/money.ts';
import type { Multiplier, Price } from '../domain/price.ts';
import { quote } from '../domain/quote.ts';
import type { Attempt, Conversion, EndReason, RequestRecord, RequestSteps, RoutingTrace } from '../domain/record.ts';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { ProtocolId } from '@tollgate/wire/protocol';
import type { CastChannel, CastModel, CastPerson } from './cast.ts';
import type { Dice } from './random.ts';

/** A key that requests come with, and whose it is. */
export type DemoKey = {
  readonly id: string;
  readonly userId: string;
  readonly person: CastPerson;
  readonly share: number;
  readonly limited: boolean;
  readonly models: readonly string[] | undefined;
  /** ms since the epoch; not used before or after. */
  readonly from: number;
  readonly until: number;
};

/** A channel as it was made, with what it does. */
export type DemoChannel = CastChannel & { readonly id: string; readonly protocols: readonly ProtocolId[] };

/** What the traffic runs through, at a moment. */
export type DemoWorld = {
  readonly now: number;
  readonly models: readonly CastModel[];
  readonly channels: readonly DemoChannel[];
  readonly keys: readonly DemoKey[];
  readonly priceOf: (model: string) => Price | undefined;
  readonly multiplierOf: (group: string) => Multiplier;
  /** What the provider of a channel charges; undefined where nobody said so. */
  readonly costsOf: (channelId: string) => ChannelCosts | undefined;
  /** Whether wallet and key still have something to spend; the code of the refusal when not. */
  readonly refusal: (key: DemoKey) => string | undefined;
};

const hourMs = 3_600_000;

/** How busy an hour (UTC) is: an office's day with a night of automation, and quieter week-ends. */
export function busyness(at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const day = Math.exp(-(((hour - 10) / 2.6) ** 2)) + Math.exp(-(((hour - 14.5) / 2.9) ** 2));
  const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  return (0.16 + day) * (weekend ? 0.34 : 1);
}

/** One request at a moment, as the gateway would have recorded it. Undefined when nobody would have asked. */
export function requestAt(dice: Dice, world: DemoWorld, at: number, id: string): RequestRecord | undefined {
  const alive = world.keys.filter((key) => key.from <= at && at < key.until);
  if (alive.length === 0) return undefined;
  const key = dice.weighted(alive, (one) => one.share);
  const model = modelFor(dice, world, key);
  const speaks: ProtocolId = model.embeds ? 'openai-chat' : key.person.speaks;
  const base: Base = {
    id,
    at,
    userId: key.userId,
    keyId: key.id,
    group: key.person.group,
    protocol: speaks,
    operation: model.embeds ? 'embeddings' : 'chat',
    modelAsked: model.name,
    stream: !model.embeds && dice.chance(speaks === 'anthropic-messages' ? 0.93 : 0.62),
    clientIp: `10.20.${(key.person.name.length * 7) % 30}.${key.person.name.charCodeAt(0) % 200}`,
  };
  const refused = refusalOf(dice, world, key);
  if (refused === 'nobody') return undefined;
  return refused === undefined ? served(dice, world, { base, key, model }) : refusedRecord(dice, base, refused);
}

type Base = Pick<
  RequestRecord,
  'id' | 'at' | 'userId' | 'keyId' | 'group' | 'protocol' | 'operation' | 'modelAsked' | 'stream' | 'clientIp'
>;

function modelFor(dice: Dice, world: DemoWorld, { person, models }: DemoKey): CastModel {
  const may = models === undefined ? world.models : world.models.filter(({ name }) => models.includes(name));
  const liked = may.filter(({ name }) => person.prefers?.includes(name));
  return dice.weighted(liked.length > 0 && dice.chance(0.86) ? liked : may, ({ share }) => share);
}

type Refused = { readonly status: number; readonly code: string; readonly asked?: string };

function refusalOf(dice: Dice, world: DemoWorld, key: DemoKey): Refused | 'nobody' | undefined {
  const broke = world.refusal(key);
  // Whoever has nothing left soon stops asking.
  if (broke !== undefined) return dice.chance(0.12) ? { status: 402, code: broke } : 'nobody';
  if (dice.chance(0.004)) return { status: 429, code: 'rate_limit_exceeded' };
  if (dice.chance(0.002)) return { status: 404, code: 'model_not_found', asked: 'gpt-6' };
  if (dice.chance(0.001)) return { status: 400, code: 'invalid_request' };
  if (key.models !== undefined && dice.chance(0.01))
    return { status: 403, code: 'model_not_allowed', asked: 'claude-opus-4-5' };
  return undefined;
}

const unserved = {
  modelServed: '',
  channelId: '',
  conversion: undefined,
  usage: {},
  usageSource: 'none',
  charge: undefined,
  debits: [],
  ttftMs: 0,
  attempts: [],
} as const;

const refusedRecord = (dice: Dice, base: Base, { status, code, asked }: Refused): RequestRecord => ({
  ...base,
  ...unserved,
  modelAsked: asked ?? base.modelAsked,
  status,
  endReason: 'refused',
  errorCode: code,
  totalMs: dice.whole(1, 9),
});

type Ask = { readonly base: Base; readonly key: DemoKey; readonly model: CastModel };

function served(dice: Dice, world: DemoWorld, { base, key, model }: Ask): RequestRecord {
  const attempts: Attempt[] = [];
  let last: DemoChannel | undefined;
  let lostMs = 0;
  const order = candidates(dice, world, base);
  const steps = stepsOf(dice);
  const begun = steps.admittedMs;
  const targets = order.map((channel) => ({ channel, credential: dice.whole(0, channel.keys.length - 1) }));
  const { routing, left } = order.length < 2 ? { routing: undefined, left: targets } : routingOf(dice, targets);
  for (const { channel, credential } of left) {
    last = channel;
    const failure = failureOf(dice, world, channel, base.at, credential);
    if (failure === undefined)
      return answered(dice, world, { base, key, model, channel, credential, attempts, lostMs, steps, routing });
    lostMs += failure.durationMs;
    attempts.push({
      channelId: channel.id,
      credential,
      ...failure,
      startedMs: begun + lostMs - failure.durationMs,
      headMs: failure.status === 0 ? undefined : failure.durationMs,
    });
    if (attempts.length === 3 || failure.cause === 'bad_request') break;
  }
  const cause = attempts.at(-1)?.cause ?? 'none';
  const { status, code, end } = endings[cause] ?? { status: 503, code: 'no_channel', end: 'refused' as const };
  return {
    ...base,
    ...unserved,
    modelServed: last === undefined ? '' : model.name,
    channelId: last?.id ?? '',
    status,
    endReason: end,
    errorCode: code,
    totalMs: lostMs + dice.whole(2, 12),
    attempts,
    steps,
    routing,
  };
}

const tenth = (ms: number): number => Math.round(ms * 10) / 10;

/** What happens before a provider is asked takes the gateway a millisecond or so, and reading a body what its client takes. */
function stepsOf(dice: Dice): RequestSteps {
  const identifiedMs = tenth(dice.around(0.1, 0.5));
  const inspectedMs = tenth(identifiedMs + dice.around(1.2, 0.7));
  const plannedMs = tenth(inspectedMs + dice.around(0.2, 0.5));
  return { identifiedMs, inspectedMs, plannedMs, admittedMs: tenth(plannedMs + dice.around(0.2, 0.6)) };
}

type DemoTarget = { readonly channel: DemoChannel; readonly credential: number };

/** How the targets are noted, and those of them that are left to be asked: now and then one rests. */
function routingOf(
  dice: Dice,
  targets: readonly DemoTarget[],
): { readonly routing: RoutingTrace; readonly left: readonly DemoTarget[] } {
  const resting = targets.length > 2 && dice.chance(0.2) ? targets[1] : undefined;
  const left = targets.filter((one) => one !== resting);
  const aside =
    resting === undefined
      ? []
      : [
          {
            channelId: resting.channel.id,
            credential: resting.credential,
            reason: 'resting' as const,
            forMs: dice.whole(900, 58_000),
          },
        ];
  return { routing: { order: left.map(({ channel, credential }) => [channel.id, credential]), aside }, left };
}

/** Channels in the order in which they are tried: by priority, and by weight within one. */
function candidates(dice: Dice, world: DemoWorld, base: Base): readonly DemoChannel[] {
  const able = world.channels.filter(
    ({ serves, input, off }) =>
      serves.includes(base.modelAsked) &&
      input.groups.includes(base.group) &&
      (off === undefined || base.at < world.now - off.daysAgo * 24 * hourMs),
  );
  const order: DemoChannel[] = [];
  for (const priority of [...new Set(able.map(({ input }) => input.priority))].toSorted((a, b) => b - a)) {
    const tier = able.filter(({ input }) => input.priority === priority);
    while (tier.length > 0) {
      const next = dice.weighted(tier, ({ input }) => input.weight);
      order.push(next);
      tier.splice(tier.indexOf(next), 1);
    }
  }
  return order;
}

/** When nothing upstream could be reached well, whichever the provider. */
const storms: readonly NonNullable<CastChannel['incident']>[] = [
  { hoursAgo: 131, hours: 0.8, fails: 0.66 },
  { hoursAgo: 14, hours: 0.5, fails: 0.55 },
];

type Failure = Pick<Attempt, 'status' | 'cause' | 'durationMs'>;

function failureOf(
  dice: Dice,
  { now }: DemoWorld,
  { fails, incident, now: trouble, exhaustedKey }: DemoChannel,
  at: number,
  credential: number,
): Failure | undefined {
  if (credential === exhaustedKey && at > now - 30 * hourMs && dice.chance(0.3))
    return { status: 400, cause: 'quota_exhausted', durationMs: dice.whole(140, 420) };
  const ill = [...storms, ...(incident === undefined ? [] : [incident])].find(({ hoursAgo, hours }) => {
    const from = now - hoursAgo * hourMs;
    return at >= from && at < from + hours * hourMs;
  });
  if (!dice.chance(ill?.fails ?? fails)) return undefined;
  if (trouble === 'rate limited') return { status: 429, cause: 'rate_limited', durationMs: dice.whole(90, 260) };
  return dice.weighted(failures, ({ share }) => share).make(dice);
}

const failures: readonly { readonly share: number; readonly make: (dice: Dice) => Failure }[] = [
  { share: 34, make: (dice) => ({ status: 503, cause: 'server_error', durationMs: dice.whole(120, 4000) }) },
  { share: 22, make: (dice) => ({ status: 429, cause: 'rate_limited', durationMs: dice.whole(80, 300) }) },
  { share: 14, make: (dice) => ({ status: 500, cause: 'server_error', durationMs: dice.whole(300, 9000) }) },
  { share: 8, make: () => ({ status: 0, cause: 'first_byte_timeout', durationMs: 60_000 }) },
  { share: 8, make: (dice) => ({ status: 0, cause: 'connect', durationMs: dice.whole(5, 90) }) },
  { share: 6, make: (dice) => ({ status: 0, cause: 'reset', durationMs: dice.whole(200, 12_000) }) },
  { share: 5, make: (dice) => ({ status: 200, cause: 'empty', durationMs: dice.whole(400, 3000) }) },
  { share: 3, make: (dice) => ({ status: 400, cause: 'bad_request', durationMs: dice.whole(90, 400) }) },
];

const upstream = { status: 502, code: 'upstream_error', end: 'upstream_error' } as const;
const unreachable = { status: 502, code: 'upstream_unreachable', end: 'upstream_connect_failed' } as const;

/** What the client is told when the last attempt failed so. */
const endings: Readonly<
  Record<string, { readonly status: number; readonly code: string; readonly end: EndReason } | undefined>
> = {
  server_error: upstream,
  quota_exhausted: upstream,
  rate_limited: { status: 429, code: 'rate_limit_exceeded', end: 'upstream_error' },
  first_byte_timeout: { status: 504, code: 'upstream_timeout', end: 'upstream_timeout_first_byte' },
  connect: unreachable,
  reset: unreachable,
  empty: { status: 502, code: 'upstream_empty', end: 'upstream_empty' },
  bad_request: { status: 400, code: 'invalid_request', end: 'upstream_error' },
};

type Answer = Ask & {
  readonly channel: DemoChannel;
  readonly credential: number;
  readonly attempts: Attempt[];
  readonly lostMs: number;
  readonly steps: RequestSteps;
  readonly routing: RoutingTrace | undefined;
};

function answered(dice: Dice, world: DemoWorld, answer: Answer): RequestRecord {
  const { base, key, model, channel, credential, attempts, lostMs, steps, routing } = answer;
  const usage = usageOf(dice, model);
  const output = usage.outputText ?? 0;
  const slower = channel.slower ?? 1;
  const waitMs = dice.around(model.ttftMs * slower, 0.38) + dice.whole(2, 9);
  const writesMs = model.speed === 0 ? 0 : (output / dice.around(model.speed / slower, 0.2)) * 1000;
  const left = base.stream && dice.chance(0.012);
  const durationMs = Math.round(waitMs + writesMs * (left ? dice.roll() : 1));
  attempts.push({
    channelId: channel.id,
    credential,
    status: 200,
    cause: left ? 'client_gone' : 'ok',
    durationMs,
    startedMs: tenth(steps.admittedMs + lostMs),
    connectMs: dice.chance(0.2) ? dice.whole(12, 90) : undefined,
    headMs: Math.round(waitMs * 0.9),
  });
  const price = world.priceOf(model.name);
  const charge = price && quote(usage, price, world.multiplierOf(base.group), { at: base.at });
  const costs = world.costsOf(channel.id);
  return {
    ...base,
    modelServed: model.name,
    channelId: channel.id,
    conversion: conversionOf(dice, base, channel),
    status: 200,
    endReason: left ? 'client_disconnected' : 'completed',
    errorCode: '',
    usage,
    usageSource: dice.chance(0.01) ? 'estimated' : 'provider',
    charge,
    cost: costs && costOf(costs, { upstreamModel: model.name, usage, charge, as: undefined, at: base.at }),
    debits: planDebits(
      { id: key.id, limited: key.limited, user: { id: key.userId } },
      charge?.amount ?? nanos(0n),
      base.at,
    ),
    // Of a whole answer the first byte is nearly the last.
    ttftMs: Math.round(steps.admittedMs + lostMs + (base.stream ? waitMs : durationMs)),
    totalMs: Math.ceil(steps.admittedMs) + lostMs + durationMs,
    attempts,
    steps,
    routing,
  };
}

function usageOf(dice: Dice, model: CastModel): Usage {
  const input = Math.max(8, Math.round(dice.around(model.input, 0.75)));
  if (model.embeds) return { inputText: input };
  const output = Math.max(3, Math.round(dice.around(model.output, 0.7)));
  const cached = model.cached !== undefined && dice.chance(0.7) ? Math.round(input * model.cached * dice.roll()) : 0;
  // Whoever reads a cache has mostly written it a moment before.
  const written = cached > 0 && dice.chance(0.3) ? Math.round((input - cached) * 0.6) : 0;
  return {
    inputText: input - cached - written,
    ...(cached > 0 ? { cacheRead: cached } : {}),
    ...(written > 0 ? { cacheWrite5m: written } : {}),
    outputText: output,
    ...(model.thinks === true ? { reasoning: Math.round(output * dice.roll() * 0.8) } : {}),
  };
}

function conversionOf(dice: Dice, { protocol, operation }: Base, { protocols }: DemoChannel): Conversion | undefined {
  const [first] = protocols;
  if (operation === 'embeddings' || first === undefined || protocols.includes(protocol)) return undefined;
  const losses = conversionLosses.filter(() => dice.chance(0.16));
  return { protocol: first, losses };
}
