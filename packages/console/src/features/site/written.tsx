import { FileText } from 'lucide-react';
import { useLocation } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useSiteContent, writtenPages } from '../../lib/site-content.ts';
import { useSession } from '../../lib/session.ts';
import { useSiteWords } from './words.ts';

const Markdown = lazy(() => import('../../components/markdown/markdown.tsx'));

/** A page that administrators have written: about, questions and answers, terms, privacy. */
export default function WrittenPage() {
  const t = useSiteWords();
  const last = useLocation().pathname.split('/').at(-1);
  const name = writtenPages.find((page) => page === last) ?? 'about';
  const content = useSiteContent();
  const me = useSession().data;
  const writes = me?.permissions.includes('settings:write') === true;
  if (content.data === undefined)
    return (
      <>
        <PageHeader title={t(`title.${name}`)} />
        <Card padded={false}>
          {content.error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <ErrorState title={t('unread')} error={content.error} onRetry={() => void content.refetch()} />
          )}
        </Card>
      </>
    );
  const text = content.data[name].trim();
  if (text === '')
    return (
      <EmptyState
        page
        icon={FileText}
        title={t('unwritten')}
        {...(writes && {
          action: (
            <LinkButton to="/settings" search={{ q: `site.${name}` }}>
              {t('write')}
            </LinkButton>
          ),
        })}
      >
        {t('unwrittenWhat')}
      </EmptyState>
    );
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title={t(`title.${name}`)} />
      <Suspense fallback={<SkeletonRows rows={6} />}>
        <Markdown text={text} level={2} />
      </Suspense>
    </div>
  );
}
