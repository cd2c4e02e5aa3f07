import { PasswordField, TextArea, TextField } from '../ui/text-field.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/toggles.tsx';
import { useDescriptorWords } from '../../lib/i18n.ts';
import type { SchemaField } from './schema-draft.ts';
import { providerFieldName, useFormWords } from './words.ts';

type SchemaFieldsProps = {
  readonly fields: readonly SchemaField[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
  readonly secret?: boolean;
  /** Secrets that are set already, which an empty field keeps. */
  readonly set?: readonly string[];
};

/** The fields that a provider asks for, drawn from its schema. */
export function SchemaFields({ fields, values, onChange, secret = false, set = [] }: SchemaFieldsProps) {
  const t = useFormWords();
  const say = useDescriptorWords();
  return fields.map(({ name, kind, help, required, fallback, choices }) => {
    const shared = { label: providerFieldName(name, t), ...(help !== undefined && { help: say(help) }) };
    const value = values[name] ?? '';
    const change = (text: string): void => onChange(name, text);
    if (secret)
      return (
        <PasswordField
          key={name}
          {...shared}
          autoComplete="off"
          value={value}
          onChange={change}
          isRequired={required && !set.includes(name)}
          {...(set.includes(name) && { placeholder: t('secretSet') })}
        />
      );
    if (kind === 'switch')
      return (
        <Switch
          key={name}
          {...shared}
          value={(value === '' ? fallback : value) === 'true'}
          onChange={(on) => change(String(on))}
        />
      );
    if (kind === 'choice')
      return (
        <Select
          key={name}
          {...shared}
          choices={choices.map((one) => ({ value: one, label: one }))}
          value={value === '' ? fallback : value}
          onChange={change}
        />
      );
    if (kind === 'long' || kind === 'json')
      return <TextArea key={name} {...shared} value={value} onChange={change} isRequired={required} />;
    return (
      <TextField
        key={name}
        {...shared}
        value={value}
        onChange={change}
        isRequired={required}
        {...(fallback !== '' && { placeholder: fallback })}
      />
    );
  });
}
