import type { Usage } from '@tollgate/wire/ir/usage';
import { mostOfUsage, ratesFor } from '../../domain/price-expression/rates-of.ts';
import { holdAmount } from '../../domain/hold-amount.ts';
import { formatUsd } from '../../domain/money.ts';
import { multiplierOne, type Price } from '../../domain/price.ts';
import { quote } from '../../domain/quote.ts';

/** Usage of all kinds and sizes, on which every expression is tried when it is saved. */
const samples: readonly Usage[] = [
  {},
  { inputText: 1, outputText: 1 },
  { inputText: 1000, outputText: 500 },
  { inputText: 200_000, outputText: 1000 },
  { inputText: 200_001, outputText: 100_000 },
  { inputText: 1_000_000, outputText: 1_000_000 },
  { inputText: 500, cacheRead: 100_000, cacheWrite5m: 2000, cacheWrite1h: 3000, outputText: 800 },
  {
    inputText: 100,
    inputImage: 1500,
    inputAudio: 700,
    inputVideo: 9000,
    outputText: 50,
    outputImage: 4000,
    outputAudio: 90,
    outputReasoning: 30,
  },
  { images: 1 },
  { seconds: 61, characters: 12_000, searches: 3, toolCalls: 2 },
];

/** What is wrong with what a price comes to for one of the samples; undefined for nothing. */
export function tryPrice(price: Price): string | undefined {
  for (const usage of samples) {
    const { amount } = quote(usage, price, multiplierOne, { at: 0 });
    const held = holdAmount({ ...mostOfUsage(usage), at: 0 }, price, multiplierOne);
    if (amount > held) return `for ${wordsOf(usage)} it comes to ${formatUsd(amount)} USD, more than can be set aside`;
    if (isNegative(price, usage)) return `for ${wordsOf(usage)} it comes to less than nothing`;
  }
  return undefined;
}

function isNegative({ program, asked }: Price, usage: Usage): boolean {
  return program !== undefined && ratesFor(program, { usage, tier: undefined, at: 0, asked }).isNegative === true;
}

function wordsOf(usage: Usage): string {
  const counts = Object.entries(usage).map(([bucket, count]) => `${bucket} ${count}`);
  return counts.length === 0 ? 'no usage at all' : counts.join(', ');
}
