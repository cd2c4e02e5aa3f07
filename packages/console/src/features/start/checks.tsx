import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { addressOf } from '../../lib/base.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { checksOf, type Check, type Verdict } from './check-list.ts';
import { CheckRow } from './check-row.tsx';
import { useStartWords } from './words.ts';

/** Does what the gateway stands on bear it? Each with what to do about it. */
export function Checks({ onDone }: { readonly onDone: () => void }) {
  const t = useStartWords();
  const installation = useOperation('installation.read', {}, { freshMs: 60_000 });
  const read = installation.data;
  if (read === undefined)
    return (
      <Card title={t('checks.title')} padded={false}>
        {installation.error === null ? (
          <SkeletonRows rows={5} />
        ) : (
          <ErrorState
            title={t('checks.unread')}
            error={installation.error}
            onRetry={() => void installation.refetch()}
          />
        )}
      </Card>
    );
  const checks = checksOf(read, {
    now: installation.dataUpdatedAt,
    secureHere: window.location.protocol === 'https:',
    host: window.location.hostname,
  });
  const worst: Verdict = checks.some(({ verdict }) => verdict === 'danger')
    ? 'danger'
    : checks.some(({ verdict }) => verdict === 'warn')
      ? 'warn'
      : 'good';
  return (
    <Card
      title={t('checks.title')}
      description={t(`checks.sum.${worst}`)}
      padded={false}
      actions={
        <Button size="small" icon={RotateCw} busy={installation.isFetching} onPress={() => void installation.refetch()}>
          {t('checks.again')}
        </Button>
      }
      footer={
        <Button look="primary" onPress={onDone}>
          {t('next')}
        </Button>
      }
    >
      <ul>
        {checks.map((check: Check) => (
          <CheckRow key={check.id} check={check}>
            {check.id === 'publicUrl' && check.verdict !== 'good' && <PublicUrl current={read.publicUrl.configured} />}
          </CheckRow>
        ))}
      </ul>
    </Card>
  );
}

/** Sets the address under which users reach the gateway: most often the one that this page was opened by. */
function PublicUrl({ current }: { readonly current: string }) {
  const t = useStartWords();
  const rights = useRights();
  const [url, setUrl] = useState(current === '' ? addressOf('').replace(/\/$/, '') : current);
  const save = useAction('settings.update', {
    invalidates: ['installation.read', 'settings.list'],
    failed: t('checks.notSaved'),
  });
  if (!rights.may('settings:write')) return null;
  return (
    <form
      className="mt-2 flex max-w-md items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run({ params: { name: 'site.publicUrl' }, body: { value: url.trim() } });
      }}
    >
      <div className="grow">
        <TextField label={t('checks.publicUrl.field')} type="url" value={url} onChange={setUrl} />
      </div>
      <Button type="submit" busy={save.busy}>
        {t('checks.publicUrl.save')}
      </Button>
    </form>
  );
}
