import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EntityLine, EntityList } from '../../components/ui/entity-list.tsx';
import { MoneyField } from '../../components/ui/number-field.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { relativeMoment } from '../../lib/format.ts';
import { usdOf } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { NewTopUpKey } from './new-top-up-key.tsx';
import { useSaleWords } from './words.ts';

type Key = Answer<'topUpKeys.list'>['data'][number];

/** Keys by which shops of the operator's own credit wallets. */
export function TopUpKeys() {
  const t = useSaleWords();
  const mayWrite = useRights().may('payments:write');
  const list = useOperation('topUpKeys.list');
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Key>();
  const reload = (): void => void list.refetch();
  const about = ({ maximumUsd, lastFour, lastUsedAt }: Key): string =>
    t('topUps.about', {
      maximum: usdOf(maximumUsd),
      lastFour,
      used: lastUsedAt === null ? t('topUps.never') : relativeMoment(lastUsedAt, Date.now()),
    });
  return (
    <>
      <Toolbar label={t('tab.topUps')}>
        {mayWrite && (
          <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
            {t('topUps.create')}
          </Button>
        )}
      </Toolbar>
      <NewTopUpKey open={creating} onClose={() => setCreating(false)} onCreated={reload} />
      <EditDrawer thing={editing} create={t('topUps.create')} onClose={() => setEditing(undefined)}>
        {(key) =>
          key !== undefined && <ChangeKey topUpKey={key} onClose={() => setEditing(undefined)} onSaved={reload} />
        }
      </EditDrawer>
      <EntityList
        list={{ ...list, data: list.data && { data: list.data.data.map((key) => ({ ...key, owner: null })) } }}
        failed={t('topUps.unread')}
        empty={{ icon: Webhook, title: t('topUps.empty'), what: t('topUps.emptyWhat') }}
      >
        {(key) => (
          <EntityLine
            thing={key}
            state={t(key.enabled ? 'methods.on' : 'methods.off')}
            about={about(key)}
            address={{ label: t('topUps.address'), url: key.url }}
            onEdit={mayWrite ? () => setEditing(key) : undefined}
          />
        )}
      </EntityList>
    </>
  );
}

type ChangeKeyProps = { readonly topUpKey: Key; readonly onClose: () => void; readonly onSaved: () => void };

function ChangeKey({ topUpKey, onClose, onSaved }: ChangeKeyProps) {
  const t = useSaleWords();
  const done = (): void => {
    onSaved();
    onClose();
  };
  const form = useDraft({
    first: () => ({ name: topUpKey.name, enabled: topUpKey.enabled, maximumUsd: topUpKey.maximumUsd }),
    send: async (body) => await api.call('topUpKeys.update', { params: { id: topUpKey.id }, body }),
    onSaved: done,
  });
  const { draft, edit } = form;
  const remove = async (): Promise<void> => {
    await api.call('topUpKeys.delete', { params: { id: topUpKey.id } });
    done();
  };
  return (
    <DraftForm
      form={form}
      failed={t('topUps.notSaved')}
      onCancel={onClose}
      aside={
        <Button look="danger" onPress={() => void remove()}>
          {t('topUps.remove')}
        </Button>
      }
    >
      <TextField label={t('topUps.name')} value={draft.name} onChange={(name) => edit({ name })} isRequired />
      <MoneyField
        label={t('topUps.maximum')}
        value={draft.maximumUsd}
        onChange={(maximumUsd) => edit({ maximumUsd: maximumUsd ?? '' })}
      />
      <Switch label={t('topUps.enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
    </DraftForm>
  );
}
