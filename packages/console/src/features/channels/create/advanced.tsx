import { ChevronRight } from 'lucide-react';
import { ProviderFields } from '../../../components/provider/provider-fields.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { TagInput } from '../../../components/ui/tag-input.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { useOperation } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';
import { accountFieldsOf, changedCount, settingsOf, type Draft, type Provider } from './draft.ts';

type AdvancedProps = {
  readonly provider: Provider;
  readonly draft: Draft;
  readonly onChange: (patch: Partial<Draft>) => void;
};

/** What most channels leave as it is, folded away; how much of it is not is told. */
export function Advanced({ provider, draft, onChange }: AdvancedProps) {
  const t = useChannelWords();
  const groups = useOperation('groups.list');
  const changed = changedCount(provider, draft);
  return (
    <details className="group rounded-md border border-line">
      <summary className="flex cursor-pointer items-center gap-2 rounded-md px-3 py-2 text-sm font-medium select-none [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 text-muted transition-transform group-open:rotate-90 rtl:-scale-x-100"
        />
        {t('create.advanced')}
        <span className="text-small font-normal text-muted">
          {changed === 0 ? t('create.asUsual') : t('create.changed', { count: changed })}
        </span>
      </summary>
      <div className="grid items-start gap-4 border-t border-line p-3 sm:grid-cols-2">
        <TextField
          label={t('create.name')}
          placeholder={provider.id}
          maxLength={80}
          value={draft.name}
          onChange={(name) => onChange({ name })}
        />
        {provider.baseUrl !== null && (
          <TextField
            label={t('create.baseUrl')}
            type="url"
            placeholder={provider.baseUrl}
            help={t('create.baseUrlHelp')}
            value={draft.baseUrl}
            onChange={(baseUrl) => onChange({ baseUrl })}
          />
        )}
        <TagInput
          label={t('create.groups')}
          help={t('create.groupsHelp')}
          suggestions={(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
          free={false}
          values={draft.groups}
          onChange={(list) => onChange({ groups: list })}
        />
        <TagInput
          label={t('edit.tags')}
          help={t('edit.tagsHelp')}
          suggestions={[]}
          free
          values={draft.tags}
          onChange={(tags) => onChange({ tags })}
        />
        <NumberField
          label={t('column.priority')}
          help={t('edit.priorityHelp')}
          min={-1_000_000}
          max={1_000_000}
          value={draft.priority}
          onChange={(priority) => onChange({ priority })}
        />
        <NumberField
          label={t('column.weight')}
          help={t('edit.weightHelp')}
          min={0}
          max={1_000_000}
          value={draft.weight}
          onChange={(weight) => onChange({ weight })}
        />
        <ProviderFields
          fields={accountFieldsOf(provider).more}
          values={draft.credential}
          onChange={(field, value) => onChange({ credential: { ...draft.credential, [field]: value } })}
        />
        <ProviderFields
          fields={settingsOf(provider).more}
          values={draft.settings}
          onChange={(field, value) => onChange({ settings: { ...draft.settings, [field]: value } })}
        />
      </div>
    </details>
  );
}
