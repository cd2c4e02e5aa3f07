import { PlugZap, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { EditOwnKey, type Edited } from './edit-own-key.tsx';
import { OwnKeyLine } from './own-key-line.tsx';
import { useOwnKeyWords } from './words.ts';

const searchSchema = z.object({ of: z.string().max(60).optional() });

/** Which providers are asked at one’s own account, and whether those keys work. */
export default function OwnKeysPage() {
  const t = useOwnKeyWords();
  const rights = useRights();
  const seesAll = rights.reachesAny('providerKeys:read');
  const [{ of = 'me' }, change] = useSearchState(searchSchema);
  const isAll = seesAll && of === 'all';
  const teamId = of === 'me' || of === 'all' ? undefined : of;
  const query = isAll ? { all: 'true' as const } : teamId === undefined ? {} : { teamId };
  const list = useOperation('providerKeys.list', { query });
  const choices = useOperation('providerKeys.choices');
  const [editing, setEditing] = useState<Edited>();
  const mayBring = rights.may('providerKeys:write') && choices.data?.enabled === true && !isAll;
  const bring = mayBring && (
    <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
      {t('add')}
    </Button>
  );
  const changed = (): void => void list.refetch();
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            <Whose
              value={of}
              seesAll={seesAll}
              onChange={(value) => change({ of: value === 'me' ? undefined : value })}
            />
            {bring}
          </>
        }
      />
      {choices.data !== undefined && (
        <EditOwnKey
          edited={editing}
          choices={choices.data}
          teamId={teamId}
          onClose={() => setEditing(undefined)}
          onSaved={changed}
        />
      )}
      <Card padded={false}>
        {list.data === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
          )
        ) : list.data.data.length === 0 ? (
          <Nothing isOff={choices.data?.enabled === false} bring={bring} />
        ) : (
          <ul>
            {list.data.data.map((key) => (
              <OwnKeyLine
                key={key.id}
                own={key}
                others={isAll}
                provider={choices.data?.providers.find(({ id }) => id === key.provider)?.label ?? key.provider}
                onEdit={() => setEditing(key)}
                onChanged={changed}
              />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

/** No key is there, or none is wanted: whoever may change that finds the way to the setting. */
function Nothing({ isOff, bring }: { readonly isOff: boolean; readonly bring: ReactNode }) {
  const t = useOwnKeyWords();
  const mayAllow = useRights().may('settings:write');
  if (!isOff)
    return (
      <EmptyState icon={PlugZap} title={t('empty')} action={bring}>
        {t('emptyWhat')}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={PlugZap}
      title={t('off')}
      {...(mayAllow && {
        action: (
          <LinkButton to="/settings" search={{ q: 'providerKeys.enabled' }}>
            {t('toSetting')}
          </LinkButton>
        ),
      })}
    >
      {t('offWhat')}
    </EmptyState>
  );
}

type WhoseProps = {
  readonly value: string;
  readonly seesAll: boolean;
  readonly onChange: (value: string) => void;
};

/** One’s own, those of a team that one manages, or everybody’s; nothing to choose for most people. */
function Whose({ value, seesAll, onChange }: WhoseProps) {
  const t = useOwnKeyWords();
  const teams = useOperation('teams.list', { query: {} });
  const managed = (teams.data?.data ?? []).filter(({ role }) => role === 'owner' || role === 'admin');
  if (managed.length === 0 && !seesAll) return null;
  return (
    <Select
      label={t('whose')}
      inline
      choices={[
        { value: 'me', label: t('mine') },
        ...managed.map(({ id, name }) => ({ value: id, label: name })),
        ...(seesAll ? [{ value: 'all', label: t('all') }] : []),
      ]}
      value={value}
      onChange={onChange}
    />
  );
}
