import { useMemo, useState } from 'react';
import type { Choice } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { fieldOf, filterFields, isPrefix, patchOf, prefixOf, tokenOf, tokensOf, type LogSearch } from './filters.ts';
import { useValues } from './use-values.ts';
import type { Channels } from './request-view.ts';
import { useRequestWords } from './words.ts';

type FilterFieldProps = {
  readonly search: LogSearch;
  readonly onChange: (patch: Readonly<Record<string, string | undefined>>) => void;
  readonly seesAll: boolean;
  readonly channels: Channels;
};

/** Everything that narrows the log down, as chips in the field where they are written. */
export function FilterField({ search, onChange, seesAll, channels }: FilterFieldProps) {
  const t = useRequestWords();
  const [typed, setTyped] = useState('');
  const [unfit, setUnfit] = useState<string>();
  const values = useValues({ search, typing: fieldOf(typed)?.field, text: typed, seesAll, channels });
  const suggestions = useMemo((): readonly Choice[] => {
    const fields = filterFields
      .filter((field) => (field !== 'user' || seesAll) && (field !== 'channel' || channels !== undefined))
      .map((field) => ({ value: prefixOf(field), label: prefixOf(field), detail: t(`field.${field}`) }));
    const known = values.map(({ field, value, name }) => ({
      value: tokenOf(field, value),
      label: tokenOf(field, name),
    }));
    return fieldOf(typed) === undefined ? [...fields, ...known] : known;
  }, [values, typed, seesAll, channels, t]);
  return (
    <div className="min-w-56 grow">
      <TagInput
        label={t('filters')}
        hideLabel
        search
        placeholder={t('filterPlaceholder')}
        values={tokensOf(search)}
        suggestions={suggestions}
        isPrefix={isPrefix}
        error={unfit === undefined ? undefined : t('unfit', { text: unfit })}
        onType={(text) => {
          setTyped(text);
          if (text !== '') setUnfit(undefined);
        }}
        onChange={(tokens) => {
          const read = patchOf(tokens);
          if ('unfit' in read) return setUnfit(read.unfit);
          setUnfit(undefined);
          return onChange(read.patch);
        }}
      />
    </div>
  );
}
