import { BellRing, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { CreateTarget } from './create-target.tsx';
import { TargetRow } from './target-row.tsx';
import { useNoticeWords } from './words.ts';

/** Where one is told of what. */
export default function NotificationsPage() {
  const t = useNoticeWords();
  const [creating, setCreating] = useState(false);
  const list = useOperation('notices.list');
  const kinds = useOperation('noticeKinds.list').data?.data;
  const targets = list.data?.data;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
            {t('add')}
          </Button>
        }
      />
      <CreateTarget open={creating} onClose={() => setCreating(false)} />
      <Card padded={false}>
        {list.error !== null ? (
          <ErrorState title={t('unread')} error={list.error} onRetry={list.refetch} />
        ) : targets === undefined ? (
          <SkeletonRows rows={3} />
        ) : targets.length === 0 ? (
          <EmptyState icon={BellRing} title={t('empty.title')}>
            {t('empty.what')}
          </EmptyState>
        ) : (
          <ul>
            {targets.map((target) => (
              <TargetRow
                key={target.id}
                target={target}
                kind={kinds?.find(({ id }) => id === target.kind)?.label ?? target.kind}
              />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
