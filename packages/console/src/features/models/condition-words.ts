import type { PriceSheet } from '@tollgate/contract/price';
import { count } from '../../lib/format.ts';
import { useModelWords } from './words.ts';

type When = NonNullable<PriceSheet['rates']>[number]['when'];

/** When rates hold, in words; what only machines call so (sizes, tiers) stays as it is. */
export function useConditionWords(): (when: When) => string {
  const t = useModelWords();
  return (when) => {
    if (when === undefined) return t('when.otherwise');
    const { geo, inputAbove, inputUpTo, reasoning, ...words } = when;
    return [
      ...Object.entries(words).flatMap(([, value]) =>
        value === undefined ? [] : Array.isArray(value) ? [value.join(', ')] : [value],
      ),
      ...(geo === undefined ? [] : [t('when.geo', { shown: [geo].flat().join(', ').toUpperCase() })]),
      ...(inputAbove === undefined ? [] : [t('inputAbove', { shown: count(inputAbove) })]),
      ...(inputUpTo === undefined ? [] : [t('when.inputUpTo', { shown: count(inputUpTo) })]),
      ...(reasoning === undefined ? [] : [t(reasoning ? 'when.reasoned' : 'when.unreasoned')]),
    ].join(' · ');
  };
}
