import type { ChannelView } from '@tollgate/contract/api/configuration';
import { watchModes } from '@tollgate/contract/entities/channel';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Changes } from '../../../components/ui/changes.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TagInput } from '../../../components/ui/tag-input.tsx';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { api } from '../../../lib/api.ts';
import { changesOf } from '../../../lib/changes.ts';
import { useOperation } from '../../../lib/operations.ts';
import { stillAsLeft } from '../still-as-left.ts';
import { useUpdateChannel } from '../use-update-channel.ts';
import { useChannelWords } from '../words.ts';
import { after, bulkPatch, fieldsOfChannel, noEdit, type BulkEdit, type BulkFields } from './bulk-edit.ts';

type BulkDialogProps = { readonly channels: readonly ChannelView[]; readonly onClose: () => void };
type Step = { readonly channel: ChannelView; readonly patch: Partial<BulkFields>; readonly undo: Partial<BulkFields> };

/** Changes several channels alike: what is different afterwards is shown before it is done, and can be taken back. */
export function BulkDialog({ channels, onClose }: BulkDialogProps) {
  const t = useChannelWords();
  const update = useUpdateChannel();
  const [edit, setEdit] = useState<BulkEdit>(noEdit);
  const [busy, setBusy] = useState(false);
  const free = channels.filter(({ owner }) => owner === null);
  const steps = free.flatMap((channel): readonly Step[] => {
    const before = fieldsOfChannel(channel);
    const next = after(channel, edit);
    const patch = bulkPatch(before, next);
    return patch === undefined ? [] : [{ channel, patch, undo: bulkPatch(next, before) ?? {} }];
  });
  const empty = steps.some(({ patch }) => patch.groups?.length === 0);
  const run = async (what: 'patch' | 'undo', which: readonly Step[]): Promise<readonly Step[]> => {
    const done: Step[] = [];
    for (const step of which)
      if (await update.run({ params: { id: step.channel.id }, body: step[what] })) done.push(step);
    return done;
  };
  const takeBack = async (done: readonly Step[]): Promise<void> => {
    const made = done.map((step) => ({ ...step, id: step.channel.id }));
    const free = stillAsLeft(made, (await api.call('channels.list', { query: {} })).data);
    await run('undo', free);
    if (free.length < done.length) showToast({ title: t('bulk.changedSince', { count: done.length - free.length }) });
  };
  const apply = async (): Promise<void> => {
    setBusy(true);
    const done = await run('patch', steps);
    setBusy(false);
    if (done.length === 0) return;
    showToast({ title: t('bulk.done', { count: done.length }), undo: () => void takeBack(done) });
    if (done.length === steps.length) onClose();
  };
  return (
    <Dialog
      open
      width="large"
      onClose={onClose}
      dismissable={steps.length === 0}
      title={t('bulk.title', { count: channels.length })}
      description={t('bulk.what')}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={busy} isDisabled={steps.length === 0 || empty} onPress={() => void apply()}>
            {t('bulk.apply', { count: steps.length })}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {free.length < channels.length && (
          <Notice tone="info" title={t('bulk.owned', { count: channels.length - free.length })} />
        )}
        <BulkFieldsForm edit={edit} onChange={setEdit} channels={free} />
        {empty && <Notice tone="warn" title={t('bulk.noGroup')} />}
        <section aria-label={t('bulk.preview')} className="grid gap-3 border-t border-line pt-4">
          <h3 className="text-small font-medium">{t('bulk.preview')}</h3>
          {steps.length === 0 ? (
            <p className="text-small text-muted">{t('bulk.nothing')}</p>
          ) : (
            <ul className="grid gap-3">
              {steps.map(({ channel, patch }) => (
                <li key={channel.id}>
                  <p className="mb-1 font-medium">{channel.name}</p>
                  <Changes
                    changes={changesOf(fieldsOfChannel(channel), { ...fieldsOfChannel(channel), ...patch })}
                    nameOf={(path) => t(`bulk.field.${path as keyof BulkFields}`)}
                  />
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </Dialog>
  );
}

type FormProps = {
  readonly edit: BulkEdit;
  readonly onChange: (edit: BulkEdit) => void;
  readonly channels: readonly ChannelView[];
};

function BulkFieldsForm({ edit, onChange, channels }: FormProps) {
  const t = useChannelWords();
  const groups = useOperation('groups.list');
  const suggestions = {
    groups: (groups.data?.data ?? []).map(({ name }) => name),
    tags: [...new Set(channels.flatMap(({ tags }) => tags))],
  };
  return (
    <div className="grid gap-3">
      {(['priority', 'weight'] as const).map((name) => (
        <div key={name} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] items-end gap-3">
          <Select
            label={t(`bulk.field.${name}`)}
            choices={(['keep', 'set', 'by'] as const).map((how) => ({ value: how, label: t(`bulk.number.${how}`) }))}
            value={edit[name].how}
            onChange={(how) => onChange({ ...edit, [name]: { ...edit[name], how } })}
          />
          {edit[name].how !== 'keep' && (
            <NumberField
              label={t(`bulk.field.${name}`)}
              hideLabel
              min={-1_000_000}
              max={1_000_000}
              value={edit[name].value}
              onChange={(value) => onChange({ ...edit, [name]: { ...edit[name], value } })}
            />
          )}
        </div>
      ))}
      {(['groups', 'tags'] as const).map((name) => (
        <div key={name} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] items-end gap-3">
          <Select
            label={t(`bulk.field.${name}`)}
            choices={(['keep', 'set', 'add', 'remove'] as const).map((how) => ({
              value: how,
              label: t(`bulk.words.${how}`),
            }))}
            value={edit[name].how}
            onChange={(how) => onChange({ ...edit, [name]: { ...edit[name], how } })}
          />
          {edit[name].how !== 'keep' && (
            <TagInput
              label={t(`bulk.field.${name}`)}
              hideLabel
              free={name === 'tags'}
              suggestions={suggestions[name].map((word) => ({ value: word, label: word }))}
              values={edit[name].words}
              onChange={(words) => onChange({ ...edit, [name]: { ...edit[name], words } })}
            />
          )}
        </div>
      ))}
      <Select
        label={t('bulk.field.watchModels')}
        choices={[
          { value: 'keep' as const, label: t('bulk.words.keep') },
          ...watchModes.map((value) => ({ value, label: t(`watch.modeOf.${value}`) })),
        ]}
        value={edit.watchModels ?? 'keep'}
        onChange={(mode) => onChange({ ...edit, watchModels: mode === 'keep' ? undefined : mode })}
      />
    </div>
  );
}
