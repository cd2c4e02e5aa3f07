import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Ban, CircleCheck, Copy, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { StatTile } from '../../components/charts/marks.tsx';
import { History } from '../../components/history/history.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { api } from '../../lib/api.ts';
import { count, duration, percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { useThingTitle } from '../../lib/title.ts';
import { z } from '../../lib/zod.ts';
import { ChannelState, HealthStrip, useReason } from './cells.tsx';
import { ChannelAccounts } from './accounts/channel-accounts.tsx';
import { ChannelBehaviour } from './behaviour/channel-behaviour.tsx';
import { ChannelCosts } from './costs/channel-costs.tsx';
import { ChannelModels } from './channel-models.tsx';
import { EditChannel } from './edit-channel.tsx';
import { ChannelOverrides } from './overrides/channel-overrides.tsx';
import { ChannelOverview } from './page/channel-overview.tsx';
import { ChannelRequests } from './page/channel-requests.tsx';
import { ChannelTests } from './page/channel-tests.tsx';
import { CopyChannel } from './page/copy-channel.tsx';
import { useSwitchChannels } from './use-switch-channel.ts';
import { useChannelWords } from './words.ts';

const searchSchema = z.object({
  tab: z
    .enum(['configuration', 'models', 'accounts', 'behaviour', 'costs', 'overrides', 'tests', 'requests', 'history'])
    .optional(),
});

/** One channel: how it does, how it is set up, what it serves, its accounts, and what was changed of it. */
export default function ChannelPage() {
  const t = useChannelWords();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const channel = useOperation('channels.read', { params: { id } });
  useThingTitle(channel.data?.name);
  if (channel.data !== undefined) return <Channel channel={channel.data} />;
  return (
    <Card padded={false}>
      {channel.error === null ? (
        <SkeletonRows rows={8} />
      ) : (
        <ErrorState title={t('oneUnread')} error={channel.error} onRetry={() => void channel.refetch()} />
      )}
    </Card>
  );
}

function Channel({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const rights = useRights();
  const navigate = useNavigate();
  const [{ tab = 'overview' }, change] = useSearchState(searchSchema);
  const [removing, setRemoving] = useState(false);
  const [copying, setCopying] = useState(false);
  const all = useOperation('channels.health', {}, { refreshMs: 10_000 });
  const health = all.data?.data.find(({ id }) => id === channel.id);
  const reason = useReason(health);
  const switchChannels = useSwitchChannels();
  const writes = rights.may('channels:write') && channel.owner === null;
  return (
    <>
      <PageHeader
        title={channel.name}
        aside={<ChannelState channel={channel} health={health} />}
        description={reason ?? (channel.remark === '' ? channel.provider : channel.remark)}
        actions={
          writes && (
            <>
              {rights.may('credentials:write') && (
                <IconButton icon={Copy} label={t('copy.action')} onPress={() => setCopying(true)} />
              )}
              <IconButton icon={Trash2} label={t('remove.action')} onPress={() => setRemoving(true)} />
              <Button
                look={channel.enabled ? 'danger' : 'primary'}
                icon={channel.enabled ? Ban : CircleCheck}
                onPress={() => void switchChannels([channel], !channel.enabled)}
              >
                {t(channel.enabled ? 'disable' : 'enable')}
              </Button>
            </>
          )
        }
      />
      {channel.owner !== null && (
        <div className="mb-4">
          <Notice tone="info" title={t('ownedBy', { file: channel.owner.replace(/^file:/, '') })} />
        </div>
      )}
      <Figures health={health} />
      <Tabs
        label={channel.name}
        value={tab}
        onChange={(next) => change({ tab: next === 'overview' ? undefined : next })}
        tabs={[
          { id: 'overview', label: t('tab.overview'), content: () => <ChannelOverview channel={channel} /> },
          {
            id: 'configuration',
            label: t('tab.configuration'),
            content: () => <EditChannel key={channel.updatedAt} channel={channel} />,
          },
          {
            id: 'models',
            label: t('tab.models'),
            badge: <span className="text-small text-muted">{count(channel.models.length)}</span>,
            content: () => <ChannelModels key={JSON.stringify(channel.models)} channel={channel} />,
          },
          {
            id: 'accounts',
            label: t('tab.accounts'),
            badge: <span className="text-small text-muted">{count(channel.credentials.length)}</span>,
            content: () => <ChannelAccounts channel={channel} />,
          },
          {
            id: 'behaviour',
            label: t('tab.behaviour'),
            content: () => <ChannelBehaviour key={channel.updatedAt} channel={channel} />,
          },
          {
            id: 'costs',
            label: t('tab.costs'),
            content: () => <ChannelCosts key={channel.updatedAt} channel={channel} />,
          },
          {
            id: 'overrides',
            label: t('tab.overrides'),
            content: () => <ChannelOverrides key={channel.updatedAt} channel={channel} />,
          },
          { id: 'tests', label: t('tab.tests'), content: () => <ChannelTests channel={channel} /> },
          { id: 'requests', label: t('tab.requests'), content: () => <ChannelRequests channel={channel} /> },
          { id: 'history', label: t('tab.history'), content: () => <History subject={`channel:${channel.id}`} /> },
        ]}
      />
      {copying && <CopyChannel channel={channel} onClose={() => setCopying(false)} />}
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('remove.title', { name: channel.name })}
        action={t('remove.action')}
        typed={channel.name}
        onConfirm={async () => {
          await api.call('channels.delete', { params: { id: channel.id } });
          await navigate({ to: '/channels' });
        }}
      >
        {t('remove.what')}
      </ConfirmDialog>
    </>
  );
}

type FiguresProps = { readonly health: Parameters<typeof HealthStrip>[0]['health'] };

/** The last day in numbers. */
function Figures({ health }: FiguresProps) {
  const t = useChannelWords();
  if (health === undefined) return undefined;
  const { requests, errors, ttftP50Ms, ttftP95Ms, tokensPerSecond, costNanos } = health.last24h;
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <StatTile
        label={t('figure.success')}
        value={requests === 0 ? '–' : percent((requests - errors) / requests)}
        note={t('figure.requests', { count: requests, shown: count(requests) })}
        chart={
          <span className="max-sm:hidden">
            <HealthStrip health={health} />
          </span>
        }
      />
      <StatTile
        label={t('figure.ttft')}
        value={ttftP50Ms === null ? '–' : duration(ttftP50Ms)}
        note={ttftP95Ms === null ? undefined : t('figure.p95', { value: duration(ttftP95Ms) })}
      />
      <StatTile
        label={t('figure.speed')}
        value={tokensPerSecond === null ? '–' : t('figure.perSecond', { count: count(Math.round(tokensPerSecond)) })}
      />
      <StatTile label={t('figure.cost')} value={usdRounded(BigInt(costNanos))} />
    </div>
  );
}
