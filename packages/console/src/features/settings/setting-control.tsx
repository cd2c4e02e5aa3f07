import type { SettingView } from '@tollgate/contract/api/configuration';
import { useState } from 'react';
import { NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { PasswordField, TextArea, TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import type { Json } from '../../lib/changes.ts';
import { given } from '../../lib/given.ts';
import { fieldOf } from './field-of.ts';
import { ImageControl } from './image-control.tsx';
import { useSettingWords } from './words.ts';

type ControlProps = {
  readonly setting: SettingView;
  readonly name: string;
  readonly value: Json;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: Json) => void;
};

/** The field with which a setting is changed: drawn from its schema. */
export function SettingControl({ setting, name, value, error, disabled, onChange }: ControlProps) {
  const field = fieldOf(setting.path, setting.value);
  const shared = { label: name, hideLabel: true, error };
  if (setting.secret) return <SecretControl {...shared} value={value} disabled={disabled} onChange={onChange} />;
  switch (field.kind) {
    case 'switch':
      return <Switch {...shared} value={value === true} onChange={onChange} disabled={disabled} />;
    case 'number':
      return (
        <NumberField
          {...shared}
          {...given({ min: field.min, max: field.max, unit: setting.unit ?? undefined })}
          value={typeof value === 'number' ? value : null}
          onChange={(next) => onChange(next ?? setting.default)}
          disabled={disabled}
        />
      );
    case 'choice':
      return (
        <Select
          {...shared}
          choices={field.choices.map((word) => ({ value: word, label: word }))}
          value={typeof value === 'string' ? value : null}
          onChange={onChange}
          disabled={disabled}
        />
      );
    case 'list':
      return (
        <TagInput
          {...shared}
          free
          values={Array.isArray(value) ? value.map(String) : []}
          onChange={(next) =>
            onChange(field.numbers ? next.map((text) => (/^\d+$/.test(text) ? Number(text) : text)) : [...next])
          }
          disabled={disabled}
        />
      );
    case 'text':
      return field.long === true ? (
        <TextArea
          {...shared}
          rows={6}
          value={typeof value === 'string' ? value : ''}
          onChange={onChange}
          isDisabled={disabled}
        />
      ) : (
        <TextField
          {...shared}
          {...given({ suffix: setting.unit ?? undefined })}
          value={typeof value === 'string' ? value : ''}
          onChange={onChange}
          isDisabled={disabled}
        />
      );
    case 'image':
      return (
        <ImageControl
          label={name}
          value={typeof value === 'string' ? value : ''}
          onChange={onChange}
          disabled={disabled}
        />
      );
    case 'json':
      return <JsonControl {...shared} value={value} disabled={disabled} onChange={onChange} />;
  }
}

type FieldProps = Pick<ControlProps, 'value' | 'error' | 'disabled' | 'onChange'> & {
  readonly label: string;
  readonly hideLabel: boolean;
};

/** What is kept is never shown, only a hint of it: entering something replaces it. */
function SecretControl({ value, disabled, onChange, ...shared }: FieldProps) {
  const [typed, setTyped] = useState('');
  return (
    <PasswordField
      {...shared}
      autoComplete="off"
      placeholder={typeof value === 'string' ? value : ''}
      value={typed}
      onChange={(text) => {
        setTyped(text);
        onChange(text === '' ? value : text);
      }}
      isDisabled={disabled}
    />
  );
}

function JsonControl({ value, disabled, onChange, error, ...shared }: FieldProps) {
  const t = useSettingWords();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [broken, setBroken] = useState(false);
  return (
    <TextArea
      {...shared}
      code
      rows={4}
      error={broken ? t('notJson') : error}
      value={text}
      onChange={(next) => {
        setText(next);
        try {
          const parsed = JSON.parse(next) as Json;
          setBroken(false);
          onChange(parsed);
        } catch {
          setBroken(true);
        }
      }}
      isDisabled={disabled}
    />
  );
}
