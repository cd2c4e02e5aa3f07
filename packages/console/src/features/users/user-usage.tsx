import { MonthUsage } from '../../components/charts/month-usage.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { useUserWords } from './words.ts';

/** What somebody asked in thirty days. */
export function UserUsage({ userId }: { readonly userId: string }) {
  const t = useUserWords();
  return (
    <MonthUsage
      of={{ userId }}
      limit={10}
      words={{
        title: t('spent.title'),
        unread: t('spent.unread'),
        byDay: t('spent.byDay'),
        none: t('spent.none'),
        noneWhat: t('spent.noneWhat'),
        sum: (values) => t('spent.sum', values),
      }}
      actions={
        <LinkButton size="small" to="/usage" search={{ user: userId }}>
          {t('spent.all')}
        </LinkButton>
      }
    />
  );
}
