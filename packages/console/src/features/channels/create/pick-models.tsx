import { useMemo } from 'react';
import { TakeBundle } from '../../../components/bundles/take-bundle.tsx';
import { ModelChecks } from '../../../components/provider/model-checks.tsx';
import { TagInput } from '../../../components/ui/tag-input.tsx';
import type { Answer } from '../../../lib/api.ts';
import { useChannelWords } from '../words.ts';
import type { Provider } from './draft.ts';

type PickModelsProps = {
  readonly provider: Provider;
  /** What the account lists, once it was tried. */
  readonly listed: readonly string[] | undefined;
  readonly known: Answer<'models.list'>['data'];
  readonly models: readonly string[];
  readonly onChange: (models: readonly string[]) => void;
};

/** What the channel serves: ticked among what its account lists, or named. */
export function PickModels({ provider, listed, known, models, onChange }: PickModelsProps) {
  const t = useChannelWords();
  const priced = useMemo(() => pricedOf(known), [known]);
  // What was named by hand stands among the boxes, too.
  const names = useMemo(() => [...new Set([...(listed ?? []), ...models])].toSorted(), [listed, models]);
  return (
    <>
      {listed === undefined || listed.length === 0 ? (
        <TagInput
          label={t('create.models')}
          hideLabel
          help={t(provider.listsModels ? 'create.modelsLater' : 'create.modelsHelp')}
          suggestions={known.map(({ name }) => ({ value: name, label: name }))}
          free
          values={models}
          onChange={onChange}
        />
      ) : (
        <ModelChecks
          names={names}
          priced={priced}
          chosen={new Set(models)}
          onChange={(chosen) => onChange([...chosen])}
          words={{
            label: t('create.models'),
            find: t('create.findModel'),
            all: (count) => t('create.allModels', { count }),
            unpriced: t('create.unpriced'),
          }}
        />
      )}
      <TakeBundle values={models} onTake={(added) => onChange([...models, ...added])} />
    </>
  );
}

/** Models that have a price now: those that can be served and charged at once. */
export const pricedOf = (known: Answer<'models.list'>['data']): ReadonlySet<string> =>
  new Set(known.filter(({ current }) => current !== null).map(({ name }) => name));
