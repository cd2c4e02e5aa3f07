import { useWalletWords } from './words.ts';

const kinds = [
  'usage',
  'top_up',
  'redemption',
  'grant',
  'refund',
  'transfer',
  'adjustment',
  'expiry',
  'opening_balance',
  'subscription',
  'allowance',
] as const;

const isKind = (kind: string): kind is (typeof kinds)[number] => (kinds as readonly string[]).includes(kind);

/** What kinds of movements are called; one of a newer gateway as it is. */
export function useKindWords(): (kind: string) => string {
  const t = useWalletWords();
  return (kind) => (isKind(kind) ? t(`kind.${kind}`) : kind);
}
