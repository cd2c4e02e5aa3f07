import { describe, expect, test } from 'bun:test';
import { bucketNames } from '@tollgate/contract/buckets';
import { inBand, type Condition } from '@tollgate/contract/price-condition';
import { addUp, type ServedPart } from '@tollgate/wire/ir/served-as';
import type { Bucket, Usage } from '@tollgate/wire/ir/usage';
import { inputBuckets, inputTokens, outputBuckets, outputTokens } from '@tollgate/wire/ir/usage';
import fc from 'fast-check';
import { holdAmount } from './hold-amount.ts';
import { nanos } from './money.ts';
import { multiplierOne } from './price.ts';
import type { Price, Rates } from './price.ts';
import { reachableRules, ruleFor, rulesOf, type PriceFacts } from './price-rules.ts';
import { quote, totalOf } from './quote.ts';
import { pricedBuckets, rateOf } from './rates.ts';

test('wire and the table of the contract have the same buckets, in the same order, on the same sides', () => {
  const every: Record<Bucket, true> = Object.fromEntries(bucketNames.map((bucket) => [bucket, true])) as never;
  // Compiles only while each name of the one is a name of the other.
  const named: readonly Bucket[] = bucketNames;
  const back: readonly (typeof bucketNames)[number][] = Object.keys(every) as Bucket[];
  expect(back).toEqual([...named]);
  expect(pricedBuckets.filter((bucket) => inputTokens({ [bucket]: 1 }) === 1)).toEqual([...inputBuckets]);
  expect(pricedBuckets.filter((bucket) => outputTokens({ [bucket]: 1 }) === 1)).toEqual([...outputBuckets]);
});

const price = (conditional: Price['conditional'], others: Partial<Price> = {}): Price => ({
  version: 'p1',
  rates: { inputText: 1_000_000_000n, cacheRead: 100_000_000n, outputText: 4_000_000_000n },
  perCall: undefined,
  source: 'test',
  asOf: '2026-01-01',
  ...others,
  conditional,
});
const rule = (when: Condition, rates: Rates, perCall?: bigint): Price['conditional'][number] => ({
  when,
  rates,
  perCall,
});

const rateOfInput = (at: Price, served: Parameters<typeof quote>[3], used: Usage = { inputText: 10 }): bigint[] =>
  quote(used, at, multiplierOne, served).lines.map((line) => line.rate);

describe('quote by conditions', () => {
  test('takes the first that fits, and the default for what it does not name', () => {
    const tiered = price([
      rule({ tier: ['flex'], inputAbove: 100 }, { inputText: 3n }),
      rule({ tier: ['flex', 'batch'] }, { inputText: 2n }),
      rule({ inputAbove: 100 }, { inputText: 5n }),
    ]);
    expect(rateOfInput(tiered, { as: { tier: 'flex' } })).toEqual([2n]);
    expect(rateOfInput(tiered, { as: { tier: 'batch' } }, { inputText: 101 })).toEqual([2n]);
    expect(rateOfInput(tiered, { as: { tier: 'flex' } }, { inputText: 101 })).toEqual([3n]);
    expect(rateOfInput(tiered, {}, { inputText: 101 })).toEqual([5n]);
    expect(rateOfInput(tiered, { as: { tier: 'priority' } })).toEqual([1_000_000_000n]);
    expect(rateOfInput(tiered, { as: { tier: 'flex' } }, { inputText: 1, cacheRead: 1 })).toEqual([2n, 100_000_000n]);
  });

  test('answers that were reasoned about may cost otherwise, all of their output', () => {
    const thinking = price([
      rule({ reasoning: true }, { outputText: 8n }),
      rule({ reasoning: false }, { outputText: 2n }),
    ]);
    const rates = (used: Usage): bigint[] => rateOfInput(thinking, {}, used);
    expect(rates({ outputText: 10, reasoning: 4 })).toEqual([8n]);
    expect(rates({ outputText: 10, reasoning: 0 })).toEqual([2n]);
    expect(rates({ outputText: 10 })).toEqual([2n]);
  });

  test('an answer that names no tier was served at the standard one', () => {
    const standard = price([rule({ tier: ['standard'] }, { inputText: 7n })]);
    expect(rateOfInput(standard, {})).toEqual([7n]);
    expect(rateOfInput(standard, { as: { tier: 'flex' } })).toEqual([1_000_000_000n]);
  });

  test('knows hours in UTC, past midnight too', () => {
    const night = price([rule({ hours: [{ from: 16 * 60 + 30, to: 30 }] }, { inputText: 7n })]);
    const at = (time: string): bigint[] => rateOfInput(night, { at: Date.parse(`2026-11-28T${time}Z`) });
    expect([at('16:29:59'), at('16:30:00'), at('23:59:59'), at('00:29:59'), at('00:30:00')].flat()).toEqual([
      1_000_000_000n,
      7n,
      7n,
      7n,
      1_000_000_000n,
    ]);
  });

  test('a price per call may depend on conditions, and is taken once', () => {
    const fast = price([rule({ tier: ['fast'] }, {}, 9n)], { perCall: 5n });
    expect(quote({}, fast, multiplierOne, { as: { tier: 'fast' } }).lines).toEqual([
      { bucket: 'call', quantity: 1, rate: 9n, condition: 'tier: fast' },
    ]);
    expect(quote({}, fast, multiplierOne).lines).toEqual([{ bucket: 'call', quantity: 1, rate: 5n }]);
  });

  test('bills each part by what it was', () => {
    const own = price([rule({ inputAbove: 100 }, { inputText: 3_000_000_000n })]);
    const opus = price([], { rates: { inputText: 15_000_000_000n, outputText: 75_000_000_000n } });
    const parts: readonly ServedPart[] = [
      { usage: { inputText: 80, outputText: 1 } },
      { usage: { inputText: 90, outputText: 2 } },
      { model: 'opus', usage: { inputText: 200, outputText: 3 } },
      { model: 'unknown', usage: { inputText: 1 } },
      { usage: { searches: 2 } },
    ];
    const charge = quote({ inputText: 1 }, own, multiplierOne, {
      as: { parts },
      priceOf: (model) => (model === 'opus' ? opus : undefined),
    });
    expect(charge.lines).toEqual([
      { bucket: 'inputText', quantity: 170, rate: 1_000_000_000n },
      { bucket: 'outputText', quantity: 3, rate: 4_000_000_000n },
      { bucket: 'inputText', quantity: 200, rate: 15_000_000_000n, condition: 'model: opus' },
      { bucket: 'outputText', quantity: 3, rate: 75_000_000_000n, condition: 'model: opus' },
      { bucket: 'inputText', quantity: 1, rate: 1_000_000_000n, condition: 'model: unknown' },
      { bucket: 'searches', quantity: 2, rate: 0n, condition: 'inputAbove: 100' },
    ]);
    expect(charge.amount).toBe(nanos(170_000n + 12_000n + 3_000_000n + 225_000n + 1000n));
  });

  test('a price that names the other model itself goes before that model’s own', () => {
    const own = price([rule({ model: ['opus'] }, { inputText: 2n })]);
    const opus = price([], { rates: { inputText: 9n } });
    const as = { parts: [{ model: 'opus', usage: { inputText: 1 } }] };
    expect(quote({}, own, multiplierOne, { as, priceOf: () => opus }).lines).toEqual([
      { bucket: 'inputText', quantity: 1, rate: 2n, condition: 'model: opus' },
    ]);
  });

  test('a model without a price is looked for by its other names, the likeliest first', () => {
    const parts = [
      { model: 'p-2026', orPricedAs: ['p', 'usual'], usage: { inputText: 1 }, insteadOf: 'images' as const },
    ];
    const bill = (names: readonly string[], own = price([])) => {
      const priceOf = (name: string) => (names.includes(name) ? price([], { rates: { inputText: 7n } }) : undefined);
      return quote({}, own, multiplierOne, { as: { parts }, priceOf }).lines.map(({ condition }) => condition);
    };
    expect(bill(['p-2026', 'p', 'usual'])).toEqual(['model: p-2026']);
    expect(bill(['p', 'usual'])).toEqual(['model: p']);
    expect(bill(['usual'])).toEqual(['model: usual']);
    expect(bill(['other'])).toEqual([]);
    const says = price([rule({ model: ['p'] }, { inputText: 9n })]);
    expect(bill(['usual'], says)).toEqual(['model: p']);
    expect(bill(['p-2026'], says)).toEqual(['model: p-2026']);
  });

  test('images cost by their size and quality', () => {
    const drawn = price([
      rule({ quality: ['high'], size: ['1024x1536', '1536x1024'] }, { images: 250n }),
      rule({ quality: ['high'] }, { images: 167n }),
    ]);
    const parts: readonly ServedPart[] = [
      { usage: { inputText: 10 } },
      { size: '1024x1024', quality: 'high', usage: { images: 2 } },
      { size: '1536x1024', quality: 'high', usage: { images: 1 } },
      { size: '1024x1024', quality: 'low', usage: { images: 1 } },
    ];
    expect(quote({}, drawn, multiplierOne, { as: { parts } }).lines.map(({ rate: each }) => each)).toEqual([
      1_000_000_000n,
      167n,
      250n,
      0n,
    ]);
  });
});

const words = {
  tier: ['standard', 'flex', 'fast'],
  geo: ['us', 'eu', 'global'],
  model: ['m', 'n'],
  size: ['s', 't'],
  quality: ['q'],
} as const;
/** Mostly nothing, so that conditions name little and are often met. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const some = (list: readonly string[]) => seldom(fc.uniqueArray(fc.constantFrom(...list), { minLength: 1 }));
const minute = fc.integer({ min: 0, max: 1439 });
const day = 86_400_000;
const moment = fc.integer({ min: 0, max: 3 * day });
const condition: fc.Arbitrary<Condition> = fc
  .record({
    tier: some(words.tier),
    geo: some(words.geo),
    model: some(words.model),
    size: some(words.size),
    quality: some(words.quality),
    reasoning: seldom(fc.boolean()),
    inputAbove: seldom(fc.integer({ min: 1, max: 5000 })),
    inputUpTo: seldom(fc.integer({ min: 1, max: 5000 })),
    hours: seldom(fc.array(fc.record({ from: minute, to: minute }), { minLength: 1, maxLength: 2 })),
  })
  .map((found) => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)));

const rate = fc.bigInt({ min: 0n, max: 200_000_000_000n });
const rates: fc.Arbitrary<Rates> = fc
  .dictionary(fc.constantFrom(...pricedBuckets), rate, { maxKeys: 6 })
  .map((found) => ({ ...found }));
const perCall = fc.option(fc.bigInt({ min: 0n, max: 10n ** 9n }), { nil: undefined });
const anyPrice: fc.Arbitrary<Price> = fc
  .record({
    rates,
    perCall,
    conditional: fc.array(fc.record({ when: condition, rates, perCall }), { maxLength: 4 }),
  })
  .map((terms) => ({ ...terms, version: 'v1', source: 'test', asOf: '2026-01-01' }));
const anyUsage: fc.Arbitrary<Usage> = fc
  .dictionary(fc.constantFrom(...pricedBuckets, 'reasoning' as const), fc.integer({ min: 0, max: 2000 }))
  .map((found) => ({ ...found }));
const multiplier = fc.bigInt({ min: 0n, max: 10_000_000n });
const trait = (list: readonly string[]) => fc.option(fc.constantFrom(...list), { nil: undefined });
const part: fc.Arbitrary<ServedPart> = fc.record({
  usage: anyUsage,
  model: trait(words.model),
  size: trait(words.size),
  quality: trait(words.quality),
});
const servedAs = fc.record({
  tier: trait(['flex', 'fast']),
  geo: trait(['us', 'eu']),
  parts: fc.option(fc.array(part, { maxLength: 4 }), { nil: undefined }),
});

/** What a condition asks, told anew. */
const fits = (when: Condition, facts: PriceFacts): boolean =>
  (when.tier === undefined || when.tier.includes(facts.tier ?? 'standard')) &&
  (when.geo === undefined || when.geo.includes(facts.geo ?? 'global')) &&
  (['model', 'size', 'quality', 'resolution'] as const).every(
    (dimension) => when[dimension] === undefined || when[dimension].includes(facts[dimension] ?? ' '),
  ) &&
  (when.reasoning === undefined || when.reasoning === (facts.usage?.reasoning ?? 0) > 0) &&
  facts.input > (when.inputAbove ?? -1) &&
  facts.input <= (when.inputUpTo ?? Infinity) &&
  (when.hours === undefined ||
    when.hours.some((one) => facts.at !== undefined && inBand(one, Math.floor((facts.at % day) / 60_000))));

describe('laws of prices with conditions', () => {
  const facts: fc.Arbitrary<PriceFacts> = fc.record({
    tier: trait(['flex', 'fast']),
    geo: trait(['us', 'eu']),
    input: fc.integer({ min: 0, max: 6000 }),
    at: fc.option(moment, { nil: undefined }),
    model: trait(words.model),
    size: trait(words.size),
    quality: trait(words.quality),
    usage: anyUsage,
  });

  test('law: the first rule that fits holds, whole', () => {
    fc.assert(
      fc.property(anyPrice, facts, (at, of) => {
        const index = at.conditional.findIndex(({ when }) => fits(when, of));
        const found = ruleFor(at, of);
        const expected = at.conditional[index];
        expect(found.when).toEqual(expected?.when);
        for (const bucket of pricedBuckets)
          expect(rateOf(bucket, found.rates)).toBe(rateOf(bucket, { ...at.rates, ...expected?.rates }));
        expect(found.perCall).toBe(expected?.perCall ?? at.perCall);
      }),
    );
  });

  test('law: the amount is what the lines say, rounded once, whatever the parts', () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, multiplier, servedAs, moment, (used, own, times, as, at) => {
        const charge = quote(used, own, times, { as, at });
        let exact = 0n;
        for (const line of charge.lines)
          exact += BigInt(line.quantity) * line.rate * (line.bucket === 'call' ? 1_000_000n : 1n) * times;
        const twice = 2n * (charge.amount * 10n ** 12n - exact);
        expect(totalOf(charge.lines, times)).toBe(charge.amount);
        expect(twice > -(10n ** 12n) && twice <= 10n ** 12n).toBe(true);
      }),
    );
  });

  test('law: every unit of every part is on one line of the bill', () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, servedAs, (used, own, as) => {
        const total = as.parts?.length ? addUp(as.parts.map((one) => one.usage)) : used;
        const billed: Partial<Record<string, number>> = {};
        for (const { bucket, quantity } of quote(used, own, multiplierOne, { as }).lines)
          billed[bucket] = (billed[bucket] ?? 0) + quantity;
        for (const bucket of pricedBuckets) expect(billed[bucket] ?? 0).toBe(total[bucket] ?? 0);
      }),
    );
  });

  test('law: more of any bucket never costs less under the same rule', () => {
    const more = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(
        anyUsage,
        anyPrice,
        multiplier,
        fc.constantFrom(...pricedBuckets),
        more,
        (used, own, times, bucket, add) => {
          const grown = { ...used, [bucket]: (used[bucket] ?? 0) + add };
          const same = [used, grown].map((usage) =>
            ruleFor(own, { tier: undefined, input: inputTokens(usage), at: undefined }),
          );
          if (same[0] !== same[1]) return;
          expect(quote(grown, own, times).amount).toBeGreaterThanOrEqual(quote(used, own, times).amount);
        },
      ),
    );
  });

  test('law: a hold is never below the quote of anything within its estimate, however it is served', () => {
    const slack = fc.integer({ min: 0, max: 500 });
    const tiers = fc.option(fc.uniqueArray(fc.constantFrom(...words.tier), { minLength: 1 }), { nil: undefined });
    const geos = fc.option(fc.uniqueArray(fc.constantFrom(...words.geo), { minLength: 1 }), { nil: undefined });
    const others = fc.array(anyPrice, { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(
        fc.tuple(anyUsage, servedAs, moment, slack),
        fc.tuple(tiers, some(words.model), fc.boolean(), geos),
        anyPrice,
        others,
        multiplier,
        ([used, as, at, more], [allowed, models, hourKnown, within], own, [m, n], times) => {
          fc.pre(allowed === undefined || allowed.some((tier) => tier === (as.tier ?? 'standard')));
          fc.pre(within === undefined || within.some((geo) => geo === (as.geo ?? 'global')));
          fc.pre((as.parts ?? []).every(({ model }) => model === undefined || models?.includes(model)));
          const total = as.parts?.length ? addUp(as.parts.map((one) => one.usage)) : used;
          const priceOf = (model: string): Price | undefined => (model === 'm' ? m : n);
          const estimate = {
            inputTokens: inputTokens(total) + more,
            outputTokens: outputTokens(total) + more,
            counted: total,
            tiers: allowed,
            geos: within,
            models,
            priceOf,
            at: hourKnown ? at : undefined,
          };
          const charge = quote(used, own, times, { as, at, priceOf });
          expect(holdAmount(estimate, own, times)).toBeGreaterThanOrEqual(charge.amount);
        },
      ),
    );
  });

  test('law: knowing more of how it will be served never holds more', () => {
    fc.assert(
      fc.property(anyPrice, fc.nat(5000), fc.nat(5000), moment, (own, input, output, at) => {
        const loose = { inputTokens: input, outputTokens: output, models: words.model };
        const tight = { ...loose, at, tiers: ['standard'], geos: ['global'], models: undefined };
        expect(holdAmount(tight, own, multiplierOne)).toBeLessThanOrEqual(holdAmount(loose, own, multiplierOne));
      }),
    );
  });
});

test('a rule that is sure to hold hides those behind it', () => {
  const cheapAtNight = price([
    rule({ hours: [{ from: 0, to: 60 }], tier: ['standard'] }, { inputText: 1n, outputText: 1n }),
    rule({ inputAbove: 5 }, { inputText: 9n }),
  ]);
  const [first] = rulesOf(cheapAtNight).conditional;
  expect(reachableRules(cheapAtNight, { inputTokens: 10, outputTokens: 0, tiers: ['standard'], at: 0 })).toEqual([
    first,
  ] as never);
  expect(reachableRules(cheapAtNight, { inputTokens: 10, outputTokens: 0, tiers: ['standard'] })).toHaveLength(3);
  expect(reachableRules(cheapAtNight, { inputTokens: 10, outputTokens: 0, at: 0 })).toHaveLength(3);
  expect(reachableRules(cheapAtNight, { inputTokens: 5, outputTokens: 0, at: 3_600_000 })).toHaveLength(1);
  const short = price([rule({ inputUpTo: 5 }, { inputText: 1n })]);
  expect(reachableRules(short, { inputTokens: 5, outputTokens: 0 })).toHaveLength(1);
  expect(reachableRules(short, { inputTokens: 6, outputTokens: 0 })).toHaveLength(2);
});
