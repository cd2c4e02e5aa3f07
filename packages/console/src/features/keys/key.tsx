import type { KeyView } from '@tollgate/contract/api/keys';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Ban, CircleCheck, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { History } from '../../components/history/history.tsx';
import { Snippets } from '../../components/snippets/snippets.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { api } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { useThingTitle } from '../../lib/title.ts';
import { z } from '../../lib/zod.ts';
import { KeyState } from './cells.tsx';
import { EditKey } from './edit-key.tsx';
import { Effective } from './effective.tsx';
import { Former } from './former.tsx';
import { KeyUsage } from './key-usage.tsx';
import { RotateKey } from './rotate-key.tsx';
import { useSwitchKey } from './use-update-key.ts';
import { useKeyWords } from './words.ts';

const searchSchema = z.object({ tab: z.enum(['edit', 'connect', 'history']).optional() });

/** One key: what it spends, what holds for it and why, how to use it, and how to exchange it. */
export default function KeyPage() {
  const t = useKeyWords();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const key = useOperation('keys.read', { params: { id } });
  useThingTitle(key.data?.name);
  if (key.data !== undefined) return <Key item={key.data} />;
  return (
    <Card padded={false}>
      {key.error === null ? (
        <SkeletonRows rows={6} />
      ) : (
        <ErrorState title={t('oneUnread')} error={key.error} onRetry={() => void key.refetch()} />
      )}
    </Card>
  );
}

function Key({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const rights = useRights();
  const [{ tab = 'overview' }, change] = useSearchState(searchSchema);
  const [asking, setAsking] = useState<'rotate' | 'revoke'>();
  const switchKey = useSwitchKey();
  return (
    <>
      <PageHeader
        title={item.name}
        aside={<KeyState item={item} />}
        description={<code className="font-mono text-small">{`${item.prefix}…${item.lastFour}`}</code>}
        actions={
          <>
            <LinkButton to="/requests" search={{ key: item.id }}>
              {t('requests')}
            </LinkButton>
            <Button icon={item.enabled ? Ban : CircleCheck} onPress={() => switchKey(item.id, !item.enabled)}>
              {t(item.enabled ? 'disable' : 'enable')}
            </Button>
            <Button look="danger" icon={Trash2} onPress={() => setAsking('revoke')}>
              {t('revoke.action')}
            </Button>
            <Button look="primary" icon={RefreshCw} onPress={() => setAsking('rotate')}>
              {t('rotate.action')}
            </Button>
          </>
        }
      />
      <Former item={item} />
      <RotateKey item={item} open={asking === 'rotate'} onClose={() => setAsking(undefined)} />
      <Revoke item={item} open={asking === 'revoke'} onClose={() => setAsking(undefined)} />
      <Tabs
        label={item.name}
        value={tab}
        onChange={(next) => change({ tab: next === 'overview' ? undefined : next })}
        tabs={[
          {
            id: 'overview',
            label: t('tab.overview'),
            content: () => (
              <div className="grid items-start gap-4 lg:grid-cols-2">
                <KeyUsage item={item} />
                <Effective item={item} />
              </div>
            ),
          },
          { id: 'edit', label: t('tab.edit'), content: () => <EditKey key={item.updatedAt} item={item} /> },
          { id: 'connect', label: t('tab.connect'), content: () => <Connect item={item} /> },
          ...(rights.may('audit:read')
            ? [
                {
                  id: 'history' as const,
                  label: t('tab.history'),
                  content: () => <History subject={`key:${item.id}`} />,
                },
              ]
            : []),
        ]}
      />
    </>
  );
}

/** The snippets, with a place for the text that nobody can show again. */
function Connect({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const effective = useOperation('keys.effective', { params: { id: item.id } });
  return (
    <Card title={t('connect.title')} description={t('connect.what')}>
      <Snippets models={effective.data?.models.data.map(({ name }) => name) ?? []} />
    </Card>
  );
}

type RevokeProps = { readonly item: KeyView; readonly open: boolean; readonly onClose: () => void };

function Revoke({ item, open, onClose }: RevokeProps) {
  const t = useKeyWords();
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={t('revoke.title', { name: item.name })}
      action={t('revoke.action')}
      typed={item.name}
      onConfirm={async () => {
        await api.call('keys.delete', { params: { id: item.id } });
        await navigate({ to: '/keys' });
      }}
    >
      {t('revoke.what')}
    </ConfirmDialog>
  );
}
