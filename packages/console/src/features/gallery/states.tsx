import { Inbox } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { EntityLine, EntityList } from '../../components/ui/entity-list.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { Bone, Skeleton, SkeletonRows } from '../../components/ui/skeleton.tsx';
import { ApiError } from '../../lib/client.ts';
import { useGalleryWords } from './words.ts';

const things = [
  { id: '1', name: 'alipay-main', enabled: true, owner: null },
  { id: '2', name: 'card-eu', enabled: false, owner: 'file:tollgate.yaml' },
];
const list = { data: { data: things }, error: null, refetch: async () => undefined };

const tones = ['info', 'good', 'warn', 'danger'] as const;

export function States() {
  const t = useGalleryWords();
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={t('notices')}>
        <div className="grid gap-3">
          {tones.map((tone) => (
            <Notice key={tone} tone={tone} title={tone}>
              {t('text')}
            </Notice>
          ))}
        </div>
      </Card>
      <Card title={t('empty')} padded={false}>
        <EmptyState
          icon={Inbox}
          title={t('nothing')}
          action={<Button look="primary">{t('save')}</Button>}
          learn={<OuterLink href="https://example.com">{t('outer')}</OuterLink>}
        >
          {t('text')}
        </EmptyState>
      </Card>
      <Card title={t('error')} padded={false}>
        <ErrorState
          title={t('failed')}
          error={new ApiError(503, 'overloaded', t('text'), undefined, 'req_1')}
          onRetry={() => undefined}
        />
      </Card>
      <Card title={t('loading')} padded={false}>
        <SkeletonRows rows={3} />
        <Skeleton className="p-4">
          <Bone className="h-16 w-full" />
        </Skeleton>
      </Card>
      <EntityList list={list} failed={t('failed')} empty={{ icon: Inbox, title: t('nothing'), what: t('text') }}>
        {(thing) => (
          <EntityLine
            thing={thing}
            state={t(thing.enabled ? 'inUse' : 'notInUse')}
            about={t('text')}
            address={{ label: t('link'), url: 'https://example.com/callback' }}
            onEdit={() => undefined}
          />
        )}
      </EntityList>
    </div>
  );
}
