import type { SiteMode } from '@tollgate/contract/settings/site';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { RadioGroup } from '../../components/ui/toggles.tsx';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useMe } from '../../lib/session.ts';
import { useSite } from '../../lib/site.ts';
import { useStartWords } from './words.ts';

const modes: readonly SiteMode[] = ['personal', 'team', 'public'];

/** What is put into the wallet of whoever runs a gateway for themselves: a wallet never stands in their own way. */
const ownCreditUsd = '1000';

/** For whom it is, with what follows from it in plain words. All of it can be changed later. */
export function Mode({ onDone }: { readonly onDone: () => void }) {
  const t = useStartWords();
  const queries = useQueryClient();
  const { user } = useMe();
  const site = useSite();
  const [mode, setMode] = useState<SiteMode>(site.data?.mode ?? 'team');
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const write = (name: string, value: string | boolean) =>
        api.call('settings.update', { params: { name }, body: { value } });
      await write('accounts.registrationOpen', mode === 'public');
      if (mode === 'personal')
        await api.call('users.credit', {
          params: { id: user.id },
          // The same key: whoever comes back to this page is not credited again.
          body: { amountUsd: ownCreditUsd, note: t('mode.creditNote'), idempotencyKey: 'first-run-personal' },
        });
      // Last: it says that this step is done.
      await write('site.mode', mode);
      for (const name of ['settings.list', 'site.read', 'session.read'])
        await queries.invalidateQueries({ queryKey: [name] });
      onDone();
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={t('mode.title')}
      description={t('mode.what')}
      footer={
        <>
          <Button look="quiet" onPress={onDone}>
            {t('skip')}
          </Button>
          <Button look="primary" busy={busy} onPress={() => void save()}>
            {t('next')}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {failure !== undefined && <ErrorNotice focus title={t('mode.notSaved')} error={failure} />}
        <RadioGroup
          label={t('mode.title')}
          hideLabel
          cards
          value={mode}
          onChange={setMode}
          choices={modes.map((value) => ({ value, label: t(`mode.${value}.name`), help: t(`mode.${value}.what`) }))}
        />
        <ul className="ms-4 list-disc text-small text-muted">
          {([1, 2, 3] as const).map((n) => (
            <li key={n}>{t(`mode.${mode}.then${n}`)}</li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
