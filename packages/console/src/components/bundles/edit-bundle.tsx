import { useQueryClient } from '@tanstack/react-query';
import { api, type Answer } from '../../lib/api.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { DraftForm, useDraft } from '../form/draft-form.tsx';
import { EditDrawer } from '../form/edit-drawer.tsx';
import { AskingButton } from '../ui/asking-button.tsx';
import { TagInput } from '../ui/tag-input.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showToast } from '../ui/toast-queue.ts';
import { useBundleWords } from './words.ts';

type Bundle = Answer<'modelBundles.list'>['data'][number];

type EditProps<B> = {
  readonly bundle: B;
  /** What a new one begins with. */
  readonly models?: readonly string[];
  readonly onClose: () => void;
};

/** Makes a bundle of models, renames it, or changes what is in it. */
export function EditBundle({ bundle, ...rest }: EditProps<Bundle | 'new' | undefined>) {
  const t = useBundleWords();
  const thing = bundle === undefined || bundle === 'new' ? bundle : { ...bundle, id: bundle.name };
  return (
    <EditDrawer thing={thing} create={t('create')} onClose={rest.onClose}>
      {(edited) => <BundleForm bundle={edited} {...rest} />}
    </EditDrawer>
  );
}

function BundleForm({ bundle, models = [], onClose }: EditProps<Bundle | undefined>) {
  const t = useBundleWords();
  const queries = useQueryClient();
  const known = useOperation('models.list');
  const form = useDraft({
    first: () => ({
      name: bundle?.name ?? '',
      description: bundle?.description ?? '',
      models: bundle?.models ?? models,
    }),
    send: async ({ models: chosen, ...draft }) => {
      const body = { ...draft, name: draft.name.trim(), description: draft.description.trim(), models: [...chosen] };
      await (bundle === undefined
        ? api.call('modelBundles.create', { body })
        : api.call('modelBundles.update', { params: { name: bundle.name }, body }));
      showToast({ title: t('saved', { name: body.name }) });
      for (const operation of ['modelBundles.list', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [operation] });
    },
    onSaved: onClose,
  });
  const { draft, edit } = form;
  return (
    <DraftForm
      form={form}
      failed={t('notSaved')}
      onCancel={onClose}
      ready={draft.name.trim() !== '' && draft.models.length > 0}
      aside={bundle !== undefined && <Remove name={bundle.name} onRemoved={onClose} />}
    >
      <TextField label={t('name')} value={draft.name} onChange={(name) => edit({ name })} maxLength={64} isRequired />
      <TextField
        label={t('description')}
        value={draft.description}
        onChange={(description) => edit({ description })}
        maxLength={200}
      />
      <TagInput
        label={t('list')}
        help={t('listHelp')}
        suggestions={(known.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
        free
        required
        values={draft.models}
        onChange={(chosen) => edit({ models: chosen })}
      />
    </DraftForm>
  );
}

function Remove({ name, onRemoved }: { readonly name: string; readonly onRemoved: () => void }) {
  const t = useBundleWords();
  const remove = useAction('modelBundles.delete', {
    invalidates: ['modelBundles.list', 'audit.list'],
    failed: t('notRemoved'),
  });
  return (
    <AskingButton
      action={t('remove')}
      title={t('removeTitle', { name })}
      onConfirm={async () => {
        if ((await remove.run({ params: { name } })) !== undefined) onRemoved();
      }}
    >
      {t('removeWhat')}
    </AskingButton>
  );
}
