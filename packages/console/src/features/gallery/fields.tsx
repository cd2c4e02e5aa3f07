import {
  FormCheckbox,
  FormCombobox,
  FormDecimal,
  FormNumber,
  FormRadios,
  FormSelect,
  FormSwitch,
  FormTags,
  FormText,
  FormTextArea,
  FormPassword,
} from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { UnsavedGuard } from '../../components/form/guard.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { MultiCombobox } from '../../components/ui/combobox.tsx';
import { MoneyField } from '../../components/ui/number-field.tsx';
import { z } from '../../lib/zod.ts';
import { useGalleryWords } from './words.ts';

const schema = z.object({
  name: z.string().min(1).max(20),
  secret: z.string().min(8),
  notes: z.string().max(200),
  kind: z.enum(['one', 'two', 'three']),
  mode: z.enum(['one', 'two']),
  model: z.string().min(1),
  tags: z.array(z.string()).min(1),
  timeoutMs: z.int().min(1).max(600_000).nullable(),
  price: z.string().nullable(),
  strict: z.boolean(),
  enabled: z.boolean(),
});

const models = Array.from({ length: 3000 }, (_, index) => ({ value: `model-${index}`, label: `model-${index}` }));

export function Fields() {
  const t = useGalleryWords();
  const form = useSchemaForm({
    schema,
    values: {
      name: '',
      secret: '',
      notes: '',
      kind: 'one',
      mode: 'one',
      model: '',
      tags: ['alpha'],
      timeoutMs: 30_000,
      price: '0.075',
      strict: false,
      enabled: true,
    },
    send: async () => {
      await Promise.resolve();
      throw new Error(t('text'));
    },
  });
  const choices = [
    { value: 'one', label: t('first'), detail: t('text') },
    { value: 'two', label: t('second') },
    { value: 'three', label: t('third') },
  ];
  return (
    <Card title={t('fields')}>
      <Form
        form={form}
        failed={t('failed')}
        label={t('fields')}
        className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3"
      >
        <UnsavedGuard form={form} />
        <FormText form={form} name="name" label={t('name')} help={t('text')} required />
        <FormPassword form={form} name="secret" label={t('secret')} autoComplete="off" />
        <FormSelect form={form} name="kind" label={t('select')} choices={choices} />
        <FormCombobox form={form} name="model" label={t('combobox')} choices={models} />
        <FormTags form={form} name="tags" label={t('tags')} suggestions={models.slice(0, 20)} />
        <MultiCombobox label={t('multi')} choices={models} values={['model-1', 'model-2']} onChange={() => undefined} />
        <FormNumber form={form} name="timeoutMs" label={t('number')} unit="ms" min={0} step={100} />
        <FormDecimal form={form} name="price" label={t('decimal')} unit="USD / 1M" />
        <MoneyField label={t('money')} value="2.50" onChange={() => undefined} error={t('text')} />
        <FormTextArea form={form} name="notes" label={t('area')} rows={3} />
        <FormRadios form={form} name="mode" label={t('radios')} choices={choices.slice(0, 2)} cards />
        <div className="grid gap-3">
          <FormCheckbox form={form} name="strict" label={t('checkbox')} help={t('text')} />
          <FormSwitch form={form} name="enabled" label={t('switch')} help={t('text')} />
        </div>
        <div>
          <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
            {t('save')}
          </Button>
        </div>
      </Form>
    </Card>
  );
}
