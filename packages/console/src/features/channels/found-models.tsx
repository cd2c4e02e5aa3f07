import type { ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Checkbox } from '../../components/ui/toggles.tsx';
import { useAction } from '../../lib/operations.ts';
import { useChannelWords } from './words.ts';

type FoundModelsProps = {
  readonly watch: ModelWatchView;
  readonly writes: boolean;
  /** Nothing may be taken over now. */
  readonly locked: boolean;
};

/** What the upstream lists anew, ready to be served, and what it lists no longer, to be taken out where that is wanted. */
export function FoundModels({ watch, writes, locked }: FoundModelsProps) {
  const t = useChannelWords();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const take = useAction('channels.watches.take', {
    invalidates: ['channels.watches.list', 'channels.read', 'channels.list', 'overview.gateway', 'audit.list'],
    failed: t('models.notSaved'),
    done: () => ({ title: t('edit.saved') }),
  });
  if (watch.new.length + watch.gone.length === 0) return undefined;
  const add = watch.new.filter((name) => !left.has(name));
  const remove = watch.gone.map(({ name }) => name).filter((name) => dropped.has(name));
  const all = [...watch.new, ...watch.gone.map(({ upstream }) => upstream)];
  const run = (body: { readonly add?: string[]; readonly remove?: string[]; readonly dismiss?: string[] }): void =>
    void take.run({ params: { id: watch.channelId }, body });
  return (
    <div className="grid gap-3 rounded-md border border-line bg-sunken p-3">
      {watch.new.length > 0 && (
        <Names
          legend={t('watch.new', { count: watch.new.length })}
          names={watch.new}
          chosen={(name) => !left.has(name)}
          writes={writes}
          onToggle={(name) => setLeft(toggled(left, name))}
        />
      )}
      {watch.gone.length > 0 && (
        <Names
          legend={t('watch.gone', { count: watch.gone.length })}
          names={watch.gone.map(({ name }) => name)}
          chosen={(name) => dropped.has(name)}
          writes={writes}
          onToggle={(name) => setDropped(toggled(dropped, name))}
        />
      )}
      {writes && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="primary"
            busy={take.busy}
            isDisabled={locked || add.length + remove.length === 0}
            onPress={() => run({ add, remove })}
          >
            {remove.length === 0
              ? t('watch.serve', { count: add.length })
              : t('fetched.take', { count: add.length + remove.length })}
          </Button>
          <Button isDisabled={take.busy} onPress={() => run({ dismiss: all })}>
            {t('watch.dismiss')}
          </Button>
          {locked && <span className="text-small text-muted">{t('watch.locked')}</span>}
        </div>
      )}
    </div>
  );
}

function toggled(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(name)) next.add(name);
  return next;
}

type NamesProps = {
  readonly legend: string;
  readonly names: readonly string[];
  readonly chosen: (name: string) => boolean;
  readonly writes: boolean;
  readonly onToggle: (name: string) => void;
};

/** So many are shown: an upstream that changes its whole list is looked at by fetching it. */
const shownAtMost = 200;

const Names = ({ legend, names, chosen, writes, onToggle }: NamesProps) => (
  <fieldset className="min-w-0">
    <legend className="mb-1.5 text-small font-medium">{legend}</legend>
    <div className="grid max-h-64 grid-cols-[repeat(auto-fill,minmax(min(16rem,100%),1fr))] gap-x-4 gap-y-1.5 overflow-auto">
      {names.slice(0, shownAtMost).map((name) => (
        <Checkbox key={name} label={name} disabled={!writes} value={chosen(name)} onChange={() => onToggle(name)} />
      ))}
    </div>
  </fieldset>
);
