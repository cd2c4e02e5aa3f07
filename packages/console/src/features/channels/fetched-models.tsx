import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { Checkbox } from '../../components/ui/toggles.tsx';
import type { Answer } from '../../lib/api.ts';
import { useChannelWords } from './words.ts';

type FetchedModelsProps = {
  readonly fetched: Answer<'channels.models.fetch'>;
  readonly onClose: () => void;
  /** Names to add, and names of the channel to take out. */
  readonly onTake: (added: readonly string[], gone: readonly string[]) => void;
};

/** What the upstream lists beside what the channel serves: what is new can be added, what is gone taken out. */
export function FetchedModels({ fetched, onClose, onTake }: FetchedModelsProps) {
  const t = useChannelWords();
  const [q, setQ] = useState('');
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set(fetched.gone.map(({ name }) => name)));
  const shown = fetched.new.filter((name) => name.toLowerCase().includes(q.trim().toLowerCase()));
  const every = shown.length > 0 && shown.every((name) => added.has(name));
  const toggled = (set: ReadonlySet<string>, name: string, on: boolean): ReadonlySet<string> => {
    const next = new Set(set);
    if (on) next.add(name);
    else next.delete(name);
    return next;
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('fetched.title')}
      description={t('fetched.what', {
        fresh: fetched.new.length,
        existing: fetched.existing.length,
        gone: fetched.gone.length,
      })}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button
            look="primary"
            isDisabled={added.size + dropped.size === 0}
            onPress={() => onTake([...added], [...dropped])}
          >
            {t('fetched.take', { count: added.size + dropped.size })}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {fetched.gone.length > 0 && (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1 text-small font-medium">{t('fetched.gone')}</legend>
            {fetched.gone.map(({ name }) => (
              <Checkbox
                key={name}
                label={name}
                value={dropped.has(name)}
                onChange={(on) => setDropped(toggled(dropped, name, on))}
              />
            ))}
          </fieldset>
        )}
        <fieldset className="grid gap-1.5">
          <legend className="mb-1 text-small font-medium">{t('fetched.new')}</legend>
          {fetched.new.length === 0 ? (
            <p className="text-muted">{t('fetched.nothingNew')}</p>
          ) : (
            <>
              <SearchField
                label={t('fetched.find')}
                placeholder={t('fetched.find')}
                value={q}
                onChange={setQ}
                className="w-full"
              />
              <Checkbox
                label={t('fetched.all', { count: shown.length })}
                value={every}
                some={!every && shown.some((name) => added.has(name))}
                onChange={(on) => setAdded(shown.reduce((set, name) => toggled(set, name, on), added))}
              />
              {shown.slice(0, 300).map((name) => (
                <Checkbox
                  key={name}
                  label={name}
                  value={added.has(name)}
                  onChange={(on) => setAdded(toggled(added, name, on))}
                />
              ))}
            </>
          )}
        </fieldset>
      </div>
    </Dialog>
  );
}
