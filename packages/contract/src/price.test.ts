import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { bucketNames, buckets } from './buckets.ts';
import { conditionText, covers, inBand, readCondition, writeCondition, type Condition } from './price-condition.ts';
import { priceSchema } from './price.ts';

const problems = (price: unknown): readonly string[] => {
  const parsed = priceSchema.safeParse(price);
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

describe('the table of buckets', () => {
  test('a fallback leads to a bucket of the same kind, and to an end', () => {
    for (const bucket of bucketNames) {
      let { fallback } = buckets[bucket] as { fallback: { bucket: string } | undefined };
      for (let steps = 0; fallback !== undefined; steps++) {
        expect(steps).toBeLessThan(bucketNames.length);
        const next = bucketNames.find((name) => name === fallback?.bucket);
        expect(next).toBeDefined();
        if (next === undefined) break;
        expect(buckets[next].per).toBe(buckets[bucket].per);
        fallback = buckets[next].fallback;
      }
    }
  });

  test('every field is in a price, and no two are one', () => {
    const fields = bucketNames.flatMap((bucket) => buckets[bucket].field ?? []);
    expect(new Set(fields).size).toBe(fields.length);
    for (const field of fields) expect(problems({ [field]: '1' })).toEqual([]);
  });
});

describe('a price with conditions', () => {
  test.each<[string, unknown]>([
    ['flat', { input: '1', output: '2' }],
    ['with tiers', { input: '1', tiers: [{ above: 5, input: '2' }] }],
    ['with a default only', { rates: [{ input: '1' }] }],
    [
      'with every dimension',
      {
        rates: [
          { when: { tier: ['flex', 'batch'], inputAbove: 272_000 }, input: '1' },
          { when: { hours: '16:30-00:30', inputUpTo: 5 }, input: '1' },
          { when: { hours: ['01:00-04:00', '06:00-24:00'] }, input: '1' },
          { when: { model: 'claude-opus-4-8' }, input: '1' },
          { when: { size: '1024x1024', quality: 'high', resolution: '1080p' }, perImage: '1', perCall: '1' },
          { input: '1', output: '2' },
        ],
      },
    ],
  ])('is taken %s', (_, price) => {
    expect(problems(price)).toEqual([]);
  });

  const flex = { when: { tier: 'flex' }, input: '1' };
  const any = { input: '1' };
  test.each<[string, unknown, string[]]>([
    ['names nothing', {}, [': must name at least one rate, or use free: true']],
    ['has no rates in its list', { rates: [] }, ['rates: Too small: expected array to have >=1 items']],
    [
      'has no default',
      { rates: [flex] },
      ['rates: must end with a default: an entry without `when`, for all that no condition fits'],
    ],
    [
      'has rates behind the default',
      { rates: [any, flex] },
      [
        'rates.1: is never reached: rates[0] before it has no condition',
        'rates: must end with a default: an entry without `when`, for all that no condition fits',
      ],
    ],
    ['has two defaults', { rates: [any, any] }, ['rates.1: is never reached: rates[0] before it has no condition']],
    [
      'has a rate that an earlier one takes everything from',
      { rates: [flex, { when: { tier: ['flex'], inputAbove: 5 }, input: '2' }, any] },
      ['rates.1: is never reached: rates[0] before it holds whenever this would'],
    ],
    [
      'has an entry without a rate',
      { rates: [{ when: { tier: 'flex' } }, any] },
      ['rates.0: must name at least one rate'],
    ],
    [
      'is told twice',
      { input: '1', rates: [any] },
      ['rates: stands for all of a price; rates beside it belong into its last entry, the default'],
    ],
    [
      'has an unknown condition',
      { rates: [{ when: { teir: 'flex' }, input: '1' }, any] },
      ['rates.0.when: Unrecognized key: "teir"'],
    ],
    [
      'has an empty condition',
      { rates: [{ when: {}, input: '1' }, any] },
      ['rates.0.when: must name a condition; leave `when` out of the default'],
    ],
    [
      'calls the standard tier by another name',
      { rates: [{ when: { tier: 'default' }, input: '1' }, any] },
      [
        'rates.0.when.tier: must be a service tier in small letters, or a list of them; what vendors call "default" is "standard" here',
      ],
    ],
    [
      'has hours that are none',
      { rates: [{ when: { hours: '9-5' }, input: '1' }, any] },
      ['rates.0.when.hours: must be hours of the day in UTC such as "16:30-00:30", or a list of them'],
    ],
    [
      'has hours without length',
      { rates: [{ when: { hours: '09:00-09:00' }, input: '1' }, any] },
      ['rates.0.when.hours: must not end where it begins'],
    ],
    [
      'has a length that no input has',
      { rates: [{ when: { inputAbove: 9, inputUpTo: 9 }, input: '1' }, any] },
      ['rates.0.when.inputUpTo: must be greater than `inputAbove`'],
    ],
  ])('is refused when it %s', (_, price, expected) => {
    expect(problems(price).toSorted()).toEqual(expected.toSorted());
  });
});

const words = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }), {
  nil: undefined,
});
const minute = fc.integer({ min: 0, max: 1439 });
const band = fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to);
const condition: fc.Arbitrary<Condition> = fc
  .record({
    tier: words,
    model: words,
    size: words,
    quality: words,
    resolution: words,
    inputAbove: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    inputUpTo: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    hours: fc.option(fc.array(band, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  })
  .map((found) => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)));

describe('a condition', () => {
  test('law: what is written is read back', () => {
    fc.assert(
      fc.property(condition, (when) => {
        expect(readCondition(writeCondition(when))).toEqual(when);
      }),
    );
  });

  test('is told in the words in which it is written', () => {
    expect(conditionText(readCondition({ tier: ['flex', 'batch'], inputAbove: 272_000, hours: '16:30-00:30' }))).toBe(
      'tier: flex | batch, inputAbove: 272000, hours: 16:30-00:30',
    );
  });

  test('hours may pass midnight', () => {
    const night = { from: 16 * 60 + 30, to: 30 };
    expect([0, 29, 30, 989, 990, 1439].map((at) => inBand(night, at))).toEqual([true, true, false, false, true, true]);
  });

  test('law: nothing fits the narrow one that does not fit one that covers it', () => {
    type Facts = Readonly<Record<'tier' | 'model' | 'size' | 'quality' | 'resolution', string>> & {
      readonly input: number;
      readonly minute: number;
    };
    const holds = (when: Condition, facts: Facts): boolean =>
      (['tier', 'model', 'size', 'quality', 'resolution'] as const).every(
        (dimension) => when[dimension]?.includes(facts[dimension]) ?? true,
      ) &&
      facts.input > (when.inputAbove ?? -1) &&
      facts.input <= (when.inputUpTo ?? Infinity) &&
      (when.hours?.some((one) => inBand(one, facts.minute)) ?? true);
    const letter = fc.constantFrom('a', 'b', 'c', 'd');
    const facts = fc.record({
      tier: letter,
      model: letter,
      size: letter,
      quality: letter,
      resolution: letter,
      input: fc.integer({ min: 0, max: 8 }),
      minute,
    });
    // A condition of which the narrow one names a part more is covered, so the law is not about nothing.
    const pair = fc.oneof(
      fc.tuple(condition, condition),
      fc.tuple(condition, condition).map(([wide, more]) => [wide, { ...more, ...wide }] as const),
    );
    let covered = 0;
    fc.assert(
      fc.property(pair, facts, ([wide, narrow], at) => {
        if (!covers(wide, narrow)) return true;
        covered++;
        return !holds(narrow, at) || holds(wide, at);
      }),
    );
    expect(covered).toBeGreaterThan(10);
  });
});
