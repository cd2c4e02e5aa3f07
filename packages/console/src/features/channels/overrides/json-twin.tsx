import { Card } from '../../../components/ui/card.tsx';
import { TextArea } from '../../../components/ui/text-field.tsx';
import { readOverridesText } from './read-overrides-text.ts';
import { useOverrideWords } from './words.ts';

type JsonTwinProps = {
  readonly text: string;
  readonly writes: boolean;
  readonly onChange: (text: string) => void;
};

/** The same overrides as text, which can be taken along, and in which those of other gateways can be pasted. */
export function JsonTwin({ text, writes, onChange }: JsonTwinProps) {
  const t = useOverrideWords();
  return (
    <Card>
      <TextArea
        label={t('json.label')}
        help={t('json.help')}
        {...(readOverridesText(text).asked === undefined && { error: t('json.invalid') })}
        code
        rows={24}
        spellCheck="false"
        isDisabled={!writes}
        value={text}
        onChange={onChange}
      />
    </Card>
  );
}
