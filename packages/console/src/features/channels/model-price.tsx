import type { ModelView } from '@tollgate/contract/api/configuration';
import { Badge } from '../../components/ui/badge.tsx';
import { Link } from '../../components/ui/link.tsx';
import { nanosOf, usd } from '../../lib/money.ts';
import { conditionsOf, plainRates } from '../../lib/rates.ts';
import { useChannelWords } from './words.ts';

type ModelPriceProps = { readonly name: string; readonly model: ModelView | undefined };

/** What a model costs, in short, with the way to its whole price; without one it is not served. */
export function ModelPrice({ name, model }: ModelPriceProps) {
  const t = useChannelWords();
  const current = model?.current;
  const way = { to: '/models/$name', params: { name } };
  if (current === undefined || current === null)
    return (
      <Link {...way} aria-label={t('models.priceOf', { name, price: t('create.unpriced') })}>
        <Badge tone="warn">{t('models.unpriced')}</Badge>
      </Link>
    );
  const { price } = current;
  const words =
    current.free || price === null || price === undefined
      ? t('models.free')
      : price.expression === undefined
        ? ratesOf(price)
        : t('models.expression');
  return (
    <Link {...way} aria-label={t('models.priceOf', { name, price: words })}>
      {words}
    </Link>
  );

  function ratesOf(sheet: NonNullable<typeof price>): string {
    const { input, output, perCall } = plainRates(sheet);
    const parts = [
      ...(input === undefined ? [] : [t('models.in', { rate: usd(nanosOf(input)) })]),
      ...(output === undefined ? [] : [t('models.out', { rate: usd(nanosOf(output)) })]),
      ...(perCall === undefined ? [] : [t('models.call', { rate: usd(nanosOf(perCall)) })]),
    ];
    return (parts.length === 0 ? t('models.otherRates') : parts.join(' · ')) + (conditionsOf(sheet) > 0 ? ' …' : '');
  }
}
