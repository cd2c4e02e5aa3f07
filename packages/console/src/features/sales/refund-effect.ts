import type { Answer } from '../../lib/api.ts';

type Order = Pick<Answer<'orders.list'>['data'][number], 'price' | 'refunded' | 'creditNanos' | 'takenNanos'>;

/** What can still be given back of an order, as a decimal text of its currency. */
export function refundable({ price, refunded }: Order): string {
  const decimals = decimalsOf(price);
  const left = (minor(price, decimals) ?? 0n) - (minor(refunded, decimals) ?? 0n);
  if (decimals === 0) return left.toString();
  const digits = left.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * The credit (nano-dollars) that a refund takes from the wallet, in proportion to the price, as the gateway reckons it;
 * undefined for what is no amount that can be given back.
 */
export function creditTaken(order: Order, amount: string): bigint | undefined {
  const decimals = decimalsOf(order.price);
  const price = minor(order.price, decimals);
  const now = minor(amount, decimals);
  if (price === undefined || now === undefined || now === 0n) return undefined;
  const refunded = (minor(order.refunded, decimals) ?? 0n) + now;
  if (refunded > price) return undefined;
  const credit = BigInt(order.creditNanos);
  const left = refunded === price ? 0n : credit - (credit * refunded) / price;
  return credit - BigInt(order.takenNanos) - left;
}

const decimalsOf = (price: string): number => price.split('.')[1]?.length ?? 0;

function minor(text: string, decimals: number): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text.trim());
  const [, whole = '', fraction = ''] = match ?? [];
  if (match === null || fraction.length > decimals) return undefined;
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}
