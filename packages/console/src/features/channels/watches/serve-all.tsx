import type { ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import { useState } from 'react';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { Checkbox } from '../../../components/ui/toggles.tsx';
import { useChannelWords } from '../words.ts';

type ServeAllProps = {
  readonly open: boolean;
  /** Those where something was found. */
  readonly watches: readonly ModelWatchView[];
  readonly onClose: () => void;
  readonly onServe: (drop: boolean) => void;
};

/** Asks before the models of many channels change, and names each of them. */
export function ServeAll({ open, watches, onClose, onServe }: ServeAllProps) {
  const t = useChannelWords();
  const [drop, setDrop] = useState(false);
  const fresh = watches.reduce((sum, watch) => sum + watch.new.length, 0);
  const gone = watches.reduce((sum, watch) => sum + watch.gone.length, 0);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      danger={false}
      title={t('watches.serveTitle', { count: watches.length })}
      action={t('watches.serve')}
      onConfirm={() => {
        onServe(drop);
        return Promise.resolve();
      }}
    >
      <div className="grid gap-3">
        <p>{t('watches.serveWhat')}</p>
        <ul className="grid max-h-64 gap-1.5 overflow-auto rounded-md border border-line bg-sunken p-3 text-small">
          {watches.map((watch) => (
            <li key={watch.channelId} className="wrap-anywhere">
              <span className="font-medium">{watch.channel}</span>{' '}
              {watch.new.length > 0 && <span className="text-good">+ {watch.new.join(', ')}</span>}{' '}
              {drop && watch.gone.length > 0 && (
                <span className="text-danger">− {watch.gone.map(({ name }) => name).join(', ')}</span>
              )}
            </li>
          ))}
        </ul>
        {gone > 0 && <Checkbox label={t('watches.drop', { count: gone })} value={drop} onChange={setDrop} />}
        {fresh === 0 && !drop && <p className="text-small text-muted">{t('watches.onlyGone')}</p>}
      </div>
    </ConfirmDialog>
  );
}
