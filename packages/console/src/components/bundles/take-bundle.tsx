import { Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { showToast } from '../ui/toast-queue.ts';
import { EditBundle } from './edit-bundle.tsx';
import { useBundleWords } from './words.ts';

type Bundle = Answer<'modelBundles.list'>['data'][number];

type TakeBundleProps = {
  /** Models that the form has already. */
  readonly values: readonly string[];
  /** Those of the chosen bundle that it has not. */
  readonly onTake: (added: readonly string[]) => void;
  /** Whether what the form has can be kept as a bundle from here. */
  readonly keeps?: boolean;
};

/** Takes a bundle of models into a form. Not there for those who see no models, nor while there is nothing to choose. */
export function TakeBundle({ values, onTake, keeps = false }: TakeBundleProps) {
  const t = useBundleWords();
  const rights = useRights();
  const bundles = useOperation('modelBundles.list', {}, { enabled: rights.may('models:read'), freshMs: 60_000 });
  const [keeping, setKeeping] = useState(false);
  const there = bundles.data?.data ?? [];
  const mayKeep = keeps && rights.may('models:write');
  const named = values.filter((name) => name.trim() !== '');
  if (there.length === 0 && !mayKeep) return null;

  const take = ({ name, models }: Bundle): void => {
    const added = models.filter((model) => !values.includes(model));
    onTake(added);
    showToast({ title: added.length === 0 ? t('allThere', { name }) : t('taken', { name, count: added.length }) });
  };
  return (
    <div>
      <Menu
        trigger={
          <Button size="small" icon={Layers}>
            {t('take')}
          </Button>
        }
        label={t('title')}
      >
        {there.map((bundle) => (
          <MenuItem
            key={bundle.name}
            id={`bundle ${bundle.name}`}
            detail={t('models', { count: bundle.models.length })}
            onAction={() => take(bundle)}
          >
            {bundle.name}
          </MenuItem>
        ))}
        {mayKeep && there.length > 0 && <MenuSeparator />}
        {mayKeep && (
          <MenuItem icon={Plus} disabled={named.length === 0} onAction={() => setKeeping(true)}>
            {t('keep')}
          </MenuItem>
        )}
        {mayKeep && <MenuItem href="/model-bundles">{t('manage')}</MenuItem>}
      </Menu>
      <EditBundle bundle={keeping ? 'new' : undefined} models={named} onClose={() => setKeeping(false)} />
    </div>
  );
}
