import { Plus, Scale } from 'lucide-react';
import { useMemo, useState } from 'react';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader, Toolbar } from '../../components/ui/page-header.tsx';
import { RangePicker } from '../../components/ui/range-picker.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { readRange } from '../../lib/range.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { rowsOf, sidesOf, useColumns, type Row } from './columns.tsx';
import { EditAccount, type Account } from './edit-account.tsx';
import { UploadInvoice } from './upload-invoice.tsx';
import { Verdict } from './verdict.tsx';
import { useReconciliationWords } from './words.ts';

const searchSchema = z.object({
  account: z.string().default(''),
  by: z.enum(sidesOf).default('model'),
  range: z.string().default('30d'),
});

/** Do providers charge what our books say, and if not, why? */
export default function ReconciliationPage() {
  const t = useReconciliationWords();
  const mayWrite = useRights().may('sales:write');
  const [search, change] = useSearchState(searchSchema);
  const list = useOperation('billingAccounts.list');
  const [editing, setEditing] = useState<Account | 'new'>();
  const accounts = list.data?.data;
  const account = accounts?.find(({ id }) => id === search.account) ?? accounts?.[0];
  const add = mayWrite && (
    <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
      {t('add')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            {account !== undefined && (
              <RangePicker label={t('range')} value={search.range} onChange={(range) => change({ range })} />
            )}
            {account !== undefined && add}
          </>
        }
      />
      <EditAccount
        account={editing}
        providers={list.data?.providers ?? []}
        onClose={() => setEditing(undefined)}
        onSaved={() => void list.refetch()}
      />
      {accounts === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : account === undefined ? (
        <EmptyState icon={Scale} title={t('noAccounts')} action={add}>
          {t('noAccountsWhat')}
        </EmptyState>
      ) : (
        <>
          {accounts.length > 1 && (
            <Toolbar label={t('account')}>
              <Select
                inline
                label={t('account')}
                value={account.id}
                choices={accounts.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(id) => change({ account: id })}
              />
            </Toolbar>
          )}
          <Compared
            key={account.id}
            account={account}
            range={search.range}
            by={search.by}
            onBy={(by) => change({ by })}
            onEdit={mayWrite ? () => setEditing(account) : undefined}
          />
        </>
      )}
    </>
  );
}

type ComparedProps = {
  readonly account: Account;
  readonly range: string;
  readonly by: (typeof sidesOf)[number];
  readonly onBy: (by: (typeof sidesOf)[number]) => void;
  /** Not for those who only look. */
  readonly onEdit: (() => void) | undefined;
};

function Compared({ account, range, by, onBy, onEdit }: ComparedProps) {
  const t = useReconciliationWords();
  const [uploading, setUploading] = useState<string>();
  const query = useMemo(() => readRange(range, Date.now()), [range]);
  const { data, error, refetch } = useOperation(
    'billingAccounts.reconcile',
    { params: { id: account.id }, query: { ...query } },
    { keep: true },
  );
  const refresh = useAction('billingAccounts.refresh', {
    invalidates: ['billingAccounts.list', 'billingAccounts.reconcile'],
    failed: t('notRefreshed'),
    done: ({ problem }) => (problem === null ? { tone: 'good', title: t('refreshed') } : undefined),
  });
  const columns = useColumns(by);
  const rows = useMemo(() => data && rowsOf(data, by), [data, by]);
  return (
    <>
      <UploadInvoice account={uploading} onClose={() => setUploading(undefined)} onTaken={() => void refetch()} />
      {account.problem !== null && (
        <div className="mb-4">
          <Notice tone="warn" title={t('failed')}>
            {account.problem}
          </Notice>
        </div>
      )}
      {data !== undefined && <Verdict compared={data} />}
      <Toolbar label={account.name}>
        <Segmented
          label={t('by')}
          segments={sidesOf.map((value) => ({ value, label: t(value) }))}
          value={by}
          onChange={onBy}
        />
        <span className="grow text-small text-muted">
          {account.readAt !== null && t('readAt', { when: relativeMoment(account.readAt, Date.now()) })}
        </span>
        {onEdit !== undefined && (
          <>
            {account.provider !== '' && (
              <Button busy={refresh.busy} onPress={() => void refresh.run({ params: { id: account.id } })}>
                {t('refresh')}
              </Button>
            )}
            <Button onPress={() => setUploading(account.id)}>{t('upload')}</Button>
            <Button onPress={onEdit}>{t('edit')}</Button>
          </>
        )}
      </Toolbar>
      <DataGrid
        id={`reconciliation-${by}`}
        label={t('title')}
        columns={columns}
        rows={rows}
        rowId={keyOf}
        rowLabel={labelOf}
        error={error}
        failed={t('notCompared')}
        onRetry={() => void refetch()}
        empty={
          <EmptyState icon={Scale} title={t('neverRead')}>
            {t('neverReadWhat')}
          </EmptyState>
        }
      />
    </>
  );
}

const keyOf = ({ key }: Row): string => key;
const labelOf = ({ label }: Row): string => label;
