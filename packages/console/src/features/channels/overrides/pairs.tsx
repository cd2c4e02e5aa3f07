import type { Mistake } from '@tollgate/contract/api/overrides';
import { Plus, X } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { newId, type Pair } from './draft.ts';
import { Mistakes, mistakesAt } from './mistakes.tsx';
import { useOverrideWords } from './words.ts';

type PairsProps = {
  readonly title: string;
  readonly help: string;
  readonly nameLabel: string;
  readonly valueLabel: string;
  readonly add: string;
  readonly pairs: readonly Pair[];
  readonly writes: boolean;
  readonly onChange: (pairs: readonly Pair[]) => void;
  readonly mistakes: readonly Mistake[];
  /** Where they stand in what is sent, such as `headers.set`. */
  readonly place: string;
};

/** Names and the values that they get, one a row. */
export function Pairs({
  title,
  help,
  nameLabel,
  valueLabel,
  add,
  pairs,
  writes,
  onChange,
  mistakes,
  place,
}: PairsProps) {
  const t = useOverrideWords();
  const put = (id: number, patch: Partial<Pair>): void =>
    onChange(pairs.map((pair) => (pair.id === id ? { ...pair, ...patch } : pair)));
  return (
    <fieldset className="grid gap-2">
      <legend className="text-small font-medium">{title}</legend>
      <p className="-mt-1 text-small text-muted">{help}</p>
      {pairs.map((pair) => (
        <div key={pair.id} className="grid gap-1">
          <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-center gap-2">
            <TextField
              label={nameLabel}
              hideLabel
              code
              placeholder={nameLabel}
              isDisabled={!writes}
              value={pair.name}
              onChange={(name) => put(pair.id, { name })}
            />
            <TextField
              label={`${valueLabel} ${pair.name}`}
              hideLabel
              code
              placeholder={valueLabel}
              isDisabled={!writes}
              value={pair.value}
              onChange={(value) => put(pair.id, { value })}
            />
            <IconButton
              icon={X}
              label={t('remove', { name: pair.name })}
              isDisabled={!writes}
              onPress={() => onChange(pairs.filter(({ id }) => id !== pair.id))}
            />
          </div>
          {pair.name !== '' && (
            <Mistakes mistakes={mistakesAt(mistakes, `${place}.${pair.name}`)} below={`${place}.${pair.name}`} />
          )}
        </div>
      ))}
      {writes && (
        <div>
          <Button size="small" icon={Plus} onPress={() => onChange([...pairs, { id: newId(), name: '', value: '' }])}>
            {add}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
