import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { Button } from '../../components/ui/button.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { RadioGroup } from '../../components/ui/toggles.tsx';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { NewKey } from './new-key.tsx';
import { useKeyWords } from './words.ts';

const hour = 3_600_000;
const overlaps = { none: 0, hour, day: 24 * hour, week: 168 * hour } as const;
type Overlap = keyof typeof overlaps;

type RotateKeyProps = { readonly item: KeyView; readonly open: boolean; readonly onClose: () => void };

/** Gives a key another text, while the old one works on until the applications have the new one. */
export function RotateKey({ item, open, onClose }: RotateKeyProps) {
  const t = useKeyWords();
  return (
    <ShownOnce<string>
      open={open}
      onClose={onClose}
      look="wide drawer"
      title={t('rotate.title', { name: item.name })}
      titleOf={() => t('new.title', { name: item.name })}
      done={t('new.done')}
      ask={({ made, close }) => <Choose item={item} onCancel={close} onRotated={made} />}
    >
      {(secret) => <NewKey secret={secret} />}
    </ShownOnce>
  );
}

type ChooseProps = {
  readonly item: KeyView;
  readonly onCancel: () => void;
  readonly onRotated: (secret: string) => void;
};

function Choose({ item, onCancel, onRotated }: ChooseProps) {
  const t = useKeyWords();
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<Overlap>('day');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const rotate = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const { key } = await api.call('keys.rotate', {
        params: { id: item.id },
        body: { overlapMs: overlaps[overlap] },
      });
      for (const name of ['keys.read', 'keys.list', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      onRotated(key);
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="grid gap-4">
      {failure !== undefined && <ErrorNotice focus title={t('rotate.failed')} error={failure} />}
      <p className="text-muted">{t('rotate.what')}</p>
      <RadioGroup
        label={t('rotate.overlap')}
        value={overlap}
        onChange={setOverlap}
        choices={(Object.keys(overlaps) as Overlap[]).map((value) => ({ value, label: t(`rotate.${value}`) }))}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onCancel}>{t('create.cancel')}</Button>
        <Button look="primary" busy={busy} onPress={() => void rotate()}>
          {t('rotate.action')}
        </Button>
      </div>
    </div>
  );
}
