import { administratorsEvents, noticeEvents, noticeTargetInputSchema } from '@tollgate/contract/api/notices';
import { mailLanguages } from '@tollgate/contract/settings/mail';
import { FormSelect, FormText } from '../../components/form/fields.tsx';
import type { SchemaForm } from '../../components/form/use-schema-form.ts';
import { Select } from '../../components/ui/select.tsx';
import { Checkbox } from '../../components/ui/toggles.tsx';
import { useRights } from '../../lib/session.ts';
import type { z } from '../../lib/zod.ts';
import { useNoticeWords } from './words.ts';

/** What can be changed of a target later, too. */
export const targetSchema = noticeTargetInputSchema.pick({
  name: true,
  events: true,
  belowUsd: true,
  language: true,
  quietFrom: true,
  quietTo: true,
});

type Entry = z.input<typeof targetSchema>;

const languageNames: Readonly<Record<(typeof mailLanguages)[number], string>> = { en: 'English', 'zh-CN': '简体中文' };
const hours = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));

/** What a target is called, what is told there, in which language, and when it is left in peace. */
export function TargetFields({ form }: { readonly form: SchemaForm<Entry> }) {
  const t = useNoticeWords();
  const rights = useRights();
  const told = form.watch('events') ?? [];
  const events = noticeEvents.filter((event) => !administratorsEvents.includes(event) || rights.may('channels:read'));
  return (
    <>
      <FormText form={form} name="name" label={t('name')} maxLength={60} required />
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-small text-muted">{t('events')}</legend>
        {events.map((event) => (
          <Checkbox
            key={event}
            label={t(`event.${event}`)}
            value={told.includes(event)}
            onChange={(on) =>
              form.setValue('events', on ? [...told, event] : told.filter((other) => other !== event), {
                shouldDirty: true,
              })
            }
          />
        ))}
      </fieldset>
      {told.includes('lowBalance') && (
        <FormText
          form={form}
          name="belowUsd"
          label={t('belowUsd')}
          help={t('belowUsdHelp')}
          inputMode="decimal"
          empty={null}
        />
      )}
      <FormSelect
        form={form}
        name="language"
        label={t('language')}
        choices={mailLanguages.map((value) => ({ value, label: languageNames[value] }))}
      />
      <QuietHours form={form} />
    </>
  );
}

/** Both hours, or neither. */
function QuietHours({ form }: { readonly form: SchemaForm<Entry> }) {
  const t = useNoticeWords();
  const [from = null, to = null] = [form.watch('quietFrom'), form.watch('quietTo')];
  const choose = (next: { readonly from: number; readonly to: number } | undefined): void => {
    form.setValue('quietFrom', next?.from ?? null, { shouldDirty: true });
    form.setValue('quietTo', next?.to ?? null, { shouldDirty: true });
  };
  return (
    <div className="grid gap-3">
      <Checkbox
        label={t('quiet')}
        value={from !== null && to !== null}
        onChange={(on) => choose(on ? { from: 22, to: 8 } : undefined)}
      />
      {from !== null && to !== null && (
        <div className="grid grid-cols-2 gap-3">
          <Select
            label={t('quietFrom')}
            value={String(from)}
            choices={hours}
            onChange={(hour) => choose({ from: Number(hour), to })}
          />
          <Select
            label={t('quietTo')}
            value={String(to)}
            choices={hours}
            onChange={(hour) => choose({ from, to: Number(hour) })}
          />
        </div>
      )}
    </div>
  );
}
