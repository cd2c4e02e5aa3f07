import { PasswordField, TextArea, TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { given } from '../../lib/given.ts';
import type { MethodField } from './method-draft.ts';
import { useSaleWords } from './words.ts';

type MethodFieldsProps = {
  readonly fields: readonly MethodField[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
  readonly secret?: boolean;
  /** Secrets that are set already, which an empty field keeps. */
  readonly set?: readonly string[];
};

/** The fields that a payment provider asks for, drawn from its schema. */
export function MethodFields({ fields, values, onChange, secret = false, set = [] }: MethodFieldsProps) {
  const t = useSaleWords();
  return fields.map(({ name, kind, help, required, fallback }) => {
    const shared = { label: name, ...given({ help }) };
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
          {...(set.includes(name) && { placeholder: t('methods.secretSet') })}
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
    if (kind === 'long')
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
