import { TextField } from '../ui/text-field.tsx';
import { useFormWords } from './words.ts';

type ReasonFieldProps = { readonly value: string; readonly onChange: (reason: string) => void };

/** Why somebody changes something that is written down; they need not say. */
export function ReasonField({ value, onChange }: ReasonFieldProps) {
  const t = useFormWords();
  return <TextField label={t('reason')} help={t('reasonHelp')} maxLength={300} value={value} onChange={onChange} />;
}
