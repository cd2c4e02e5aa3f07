import { expiries, type Expiry } from './key-entry.ts';
import type { useKeyWords } from './words.ts';

/** Choices of when a key expires. A key that is there already may stay as it is. */
export const expiryChoices = (
  t: ReturnType<typeof useKeyWords>,
  existing: boolean,
): { readonly value: Expiry; readonly label: string }[] =>
  expiries
    .filter((value) => existing || value !== 'keep')
    .map((value) => ({
      value,
      label:
        value === 'keep'
          ? t('create.keep')
          : value === 'never'
            ? t('create.never')
            : value === '365'
              ? t('create.year')
              : t('create.days', { count: Number(value) }),
    }));
