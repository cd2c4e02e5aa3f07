import { Store } from 'lucide-react';
import type { ReactNode } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { ApiError } from '../../lib/client.ts';
import { useSession } from '../../lib/session.ts';
import type { useCatalog } from './use-catalog.ts';
import { useCatalogWords } from './words.ts';

type NotThereProps = {
  readonly catalog: ReturnType<typeof useCatalog>;
  readonly title: string;
  /** The setting that opens the page. */
  readonly setting: `site.${'marketplace' | 'rankings' | 'status'}`;
};

/** In place of a page about the models: it is read, could not be, or is closed to the reader. */
export function NotThere({ catalog, title, setting }: NotThereProps): ReactNode {
  const t = useCatalogWords();
  const who = useSession().data;
  const isVisitor = who === null;
  const mayOpen = who?.permissions.includes('settings:write') === true;
  if (catalog.error !== null && !(catalog.error instanceof ApiError && catalog.error.status === 404))
    return (
      <>
        <PageHeader title={title} />
        <Card padded={false}>
          <ErrorState title={t('unread')} error={catalog.error} onRetry={() => void catalog.refetch()} />
        </Card>
      </>
    );
  if (catalog.error === null && catalog.data === undefined)
    return (
      <>
        <PageHeader title={title} />
        <Card padded={false}>
          <SkeletonRows rows={8} />
        </Card>
      </>
    );
  return (
    <EmptyState
      page
      icon={Store}
      title={t('closed', { page: title })}
      {...(isVisitor && { action: <LinkButton to="/sign-in">{t('signIn')}</LinkButton> })}
      {...(mayOpen && {
        action: (
          <LinkButton to="/settings" search={{ q: setting }}>
            {t('toSetting')}
          </LinkButton>
        ),
      })}
    >
      {t('closedWhat')}
    </EmptyState>
  );
}
