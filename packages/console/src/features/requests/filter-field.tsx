import { useMemo, useState } from 'react';
import type { Choice } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import {
  fieldOf,
  filterFields,
  isPrefix,
  patchOf,
  prefixOf,
  splitQuery,
  tokenOf,
  tokensOf,
  type FilterField as FilterName,
  type LogSearch,
} from './filters.ts';
import { useValues, type FilterValue } from './use-values.ts';
import type { Channels } from './request-view.ts';
import { useRequestWords } from './words.ts';

/** What only those may ask for who see channels. */
const ofChannels: readonly FilterName[] = ['channel', 'provider'];

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
      .filter((field) => (field !== 'user' || seesAll) && !(ofChannels.includes(field) && channels === undefined))
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
        split={splitQuery}
        error={unfit === undefined ? undefined : t('unfit', { text: unfit })}
        onType={(text) => {
          setTyped(text);
          if (text !== '') setUnfit(undefined);
        }}
        onChange={(tokens) => {
          const read = patchOf(tokens.map((token) => withId(token, values)));
          if ('unfit' in read) return setUnfit(read.unfit);
          setUnfit(undefined);
          return onChange(read.patch);
        }}
      />
    </div>
  );
}

/** A filter by a channel or somebody as it is typed, by name, is one by the id behind that name; the others stay as they are. */
function withId(token: string, values: readonly FilterValue[]): string {
  const typed = fieldOf(token);
  if (typed === undefined || (typed.field !== 'channel' && typed.field !== 'user')) return token;
  const wanted = typed.value.toLowerCase();
  const found = values.filter(({ field }) => field === typed.field);
  const meant =
    found.find(({ value, name }) => value === typed.value || name.toLowerCase() === wanted) ??
    found.find(({ name }) => name.toLowerCase().includes(wanted));
  return meant === undefined ? token : tokenOf(meant.field, meant.value);
}
