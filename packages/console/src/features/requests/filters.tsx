import { useEffect, useState } from 'react';
import { Select } from '../../components/ui/select.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { useSearchState } from '../../lib/search-state.ts';
import { searchSchema } from './search.ts';
import { useRequestWords } from './words.ts';

/** Model and outcome, and for those who see everyone’s whose; kept in the address, so that a view can be sent to someone. */
export function Filters({ seesAll }: { readonly seesAll: boolean }) {
  const t = useRequestWords();
  const [{ model: given = '', failed, of }, change] = useSearchState(searchSchema);
  const [model, setModel] = useState(given);
  useEffect(() => setModel(given), [given]);
  const find = (text: string): void => change({ model: text.trim() || undefined, after: undefined });
  return (
    <div role="search" aria-label={t('filters')} className="flex flex-wrap items-center gap-2 max-sm:w-full">
      <SearchField
        label={t('filter.model')}
        placeholder={t('filter.modelPlaceholder')}
        value={model}
        onChange={(text) => {
          setModel(text);
          if (text === '') find('');
        }}
        onSubmit={find}
      />
      <Select
        inline
        label={t('filter.outcome')}
        value={failed ?? 'all'}
        choices={[
          { value: 'all', label: t('filter.all') },
          { value: 'true', label: t('filter.failed') },
        ]}
        onChange={(value) => change({ failed: value === 'all' ? undefined : value, after: undefined })}
      />
      {seesAll && (
        <Select
          inline
          label={t('filter.whose')}
          value={of ?? 'all'}
          choices={[
            { value: 'all', label: t('filter.everyone') },
            { value: 'me', label: t('filter.mine') },
          ]}
          onChange={(value) => change({ of: value === 'all' ? undefined : value, after: undefined })}
        />
      )}
    </div>
  );
}
