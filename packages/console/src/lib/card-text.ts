import type { Answer } from './api.ts';

/** Brand and last digits of a saved card, as people know it. */
export const cardText = ({ brand, last4 }: Pick<Answer<'wallet.cards'>['data'][number], 'brand' | 'last4'>): string =>
  `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ···· ${last4}`;
