import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { invoiceNumber, seriesOf, taxWithin } from './invoice.ts';

test('the tax within a price is what the percentage of the rest comes to', () => {
  expect(taxWithin(12_000n, '20')).toBe(2000n);
  expect(taxWithin(10_000n, '19')).toBe(1597n);
  expect(taxWithin(10_000n, '8.875')).toBe(815n);
  expect(taxWithin(10_000n, '0')).toBe(0n);
  const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
  fc.assert(
    fc.property(amounts, amounts, fc.integer({ min: 0, max: 99 }), (some, more, percent) => {
      const [part, all] = [taxWithin(some, `${percent}`), taxWithin(some + more, `${percent}`)];
      // So that credit notes never give back more tax than the invoice has, nor less than none.
      expect(part <= all).toBe(true);
      const off = 100n * part - BigInt(percent) * (some - part);
      expect(off <= 100n && off >= -100n).toBe(true);
    }),
  );
});

test('each year has a series of its own where the prefix says so', () => {
  const at = Date.parse('2026-12-31T23:59:59Z');
  expect(invoiceNumber(seriesOf('INV-{year}-', at), 42)).toBe('INV-2026-00042');
  expect(seriesOf('INV-{year}-', at + 1000)).toBe('INV-2027-');
  expect(invoiceNumber(seriesOf('R', at), 123_456)).toBe('R123456');
});
