import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { TextArea } from '../../components/ui/text-field.tsx';
import { openCalls, type Column } from './conversation.ts';
import { usePlaygroundWords } from './words.ts';

type ToolResultsProps = {
  readonly column: Column;
  readonly onSend: (results: Readonly<Record<string, string>>) => void;
};

/** Where somebody plays the tools that a model has called. */
export function ToolResults({ column, onSend }: ToolResultsProps) {
  const t = usePlaygroundWords();
  const [results, setResults] = useState<Readonly<Record<string, string>>>({});
  const calls = openCalls(column);
  if (calls.length === 0) return null;
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(results);
        setResults({});
      }}
    >
      {calls.map(({ id, name }) => (
        <TextArea
          key={id}
          label={t('resultOf', { name })}
          rows={2}
          code
          value={results[id] ?? ''}
          onChange={(text) => setResults({ ...results, [id]: text })}
        />
      ))}
      <div>
        <Button type="submit" size="small">
          {t('sendResults')}
        </Button>
      </div>
    </form>
  );
}
