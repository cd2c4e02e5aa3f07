import type { KeyView } from '@tollgate/contract/api/keys';
import { MonthUsage } from '../../components/charts/month-usage.tsx';
import { Spending } from './cells.tsx';
import { useKeyWords } from './words.ts';

/** What a key did in thirty days. */
export function KeyUsage({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  return (
    <MonthUsage
      of={{ keyId: item.id, userId: item.userId }}
      limit={6}
      words={{
        title: t('usage.title'),
        unread: t('usage.unread'),
        byDay: t('usage.byDay'),
        none: t('usage.none'),
        noneWhat: t('usage.noneWhat'),
        sum: (values) => t('usage.sum', values),
      }}
      above={item.limitUsd !== null && <Spending item={item} />}
    />
  );
}
