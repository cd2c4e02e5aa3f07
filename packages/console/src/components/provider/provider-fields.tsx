import { DecimalField } from '../ui/number-field.tsx';
import { Select } from '../ui/select.tsx';
import { PasswordField, TextArea, TextField } from '../ui/text-field.tsx';
import { Switch } from '../ui/toggles.tsx';
import { given } from '../../lib/given.ts';
import { useDescriptorWords } from '../../lib/i18n.ts';
import { rowFieldsOf } from './row-fields.ts';
import { RowsField } from './rows-field.tsx';
import type { SchemaField } from './schema-fields.ts';

type ProviderFieldsProps = {
  readonly fields: readonly SchemaField[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
  /** What is wrong, by the name of the field. */
  readonly errors?: Readonly<Record<string, string>>;
};

/** The fields that a provider asks for, drawn from its descriptor. */
export const ProviderFields = ({ fields, values, onChange, errors = {} }: ProviderFieldsProps) =>
  fields.map((field) => (
    <ProviderField
      key={field.name}
      field={field}
      value={values[field.name] ?? ''}
      error={errors[field.name]}
      onChange={(value) => onChange(field.name, value)}
    />
  ));

type ProviderFieldProps = {
  readonly field: SchemaField;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
};

function ProviderField({ field, value, error, onChange }: ProviderFieldProps) {
  const { label, help, required, kind, choices, fallback, placeholder } = field;
  const say = useDescriptorWords();
  const shared = { label: say(label), ...(help !== undefined && { help: say(help) }), ...given({ error }) };
  const fallbackText =
    fallback === undefined ? undefined : typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
  switch (kind) {
    case 'secret':
      return (
        <PasswordField
          {...shared}
          {...given({ placeholder })}
          autoComplete="off"
          isRequired={required}
          value={value}
          onChange={onChange}
        />
      );
    case 'choice':
      return (
        <Select
          {...shared}
          required={required}
          choices={choices.map((word) => ({ value: word, label: word }))}
          value={value === '' ? (fallbackText ?? null) : value}
          onChange={onChange}
        />
      );
    case 'switch':
      return (
        <Switch
          {...shared}
          value={(value === '' ? fallbackText : value) === 'true'}
          onChange={(on) => onChange(String(on))}
        />
      );
    case 'number':
      return (
        <DecimalField
          {...shared}
          {...given({ placeholder: fallbackText })}
          value={value === '' ? null : value}
          onChange={(text) => onChange(text ?? '')}
        />
      );
    case 'text':
      return (
        <TextField
          {...shared}
          {...given({ placeholder: placeholder ?? fallbackText })}
          autoComplete="off"
          isRequired={required}
          value={value}
          onChange={onChange}
        />
      );
    case 'rows':
      return <RowsField {...shared} fields={rowFieldsOf(field.items ?? {})} value={value} onChange={onChange} />;
    case 'json':
      return <TextArea {...shared} code rows={5} isRequired={required} value={value} onChange={onChange} />;
  }
}
