import { PageHeader } from '../../components/ui/page-header.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { count } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { Backup } from './backup.tsx';
import { Jobs } from './jobs.tsx';
import { Overview } from './overview.tsx';
import { useSystemWords } from './words.ts';

const tabs = ['overview', 'jobs', 'backup'] as const;
const searchSchema = z.object({
  tab: z.enum(tabs).optional(),
  state: z.enum(['waiting', 'running', 'done', 'dead', 'cancelled']).optional(),
  kind: z.string().max(60).optional(),
});

/** Whether the gateway itself is well: its processes, what they still have to write down, its books, and what it does later. */
export default function SystemPage() {
  const t = useSystemWords();
  const [{ tab = 'overview', state, kind }, change] = useSearchState(searchSchema);
  const system = useOperation('system.read', {}, { refreshMs: 5000 });
  const dead = system.data?.jobs.counts.dead ?? 0;
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <Tabs
        label={t('title')}
        value={tab}
        onChange={(next) => change({ tab: next === 'overview' ? undefined : next })}
        tabs={[
          { id: 'overview', label: t('tab.overview'), content: () => <Overview system={system} /> },
          {
            id: 'jobs',
            label: t('tab.jobs'),
            badge: dead > 0 && <Badge tone="danger">{count(dead)}</Badge>,
            content: () => <Jobs kinds={system.data?.jobs.kinds ?? []} state={state} kind={kind} onChange={change} />,
          },
          { id: 'backup', label: t('tab.backup'), content: () => <Backup system={system.data} /> },
        ]}
      />
    </>
  );
}
