import type { ChannelView } from '@tollgate/contract/api/configuration';
import { Download, HardDrive, Plus, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Progress } from '../../components/charts/marks.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import type { Answer } from '../../lib/api.ts';
import { bytes, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useChannelWords } from './words.ts';

type Held = Answer<'channels.held.list'>;

type HeldModelsProps = {
  /** Of the channel. */
  readonly id: string;
  /** Models that the channel serves. */
  readonly served: readonly ChannelView['models'][number][];
  readonly onServe: (name: string) => void;
};

/** Opens what a server of one's own has on its disk. */
export function HeldModelsButton(props: HeldModelsProps) {
  const t = useChannelWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" icon={HardDrive} onPress={() => setOpen(true)}>
        {t('held.action')}
      </Button>
      {open && <HeldModels {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

/** More models are fetched, those that are there are served or removed. */
function HeldModels({ id, served, onServe, onClose }: HeldModelsProps & { readonly onClose: () => void }) {
  const t = useChannelWords();
  const params = { id };
  const [fetching, setFetching] = useState(false);
  const list = useOperation('channels.held.list', { params }, { refreshMs: fetching ? 1500 : false });
  const going = list.data?.pulls.some(({ problem }) => problem === null) === true;
  if (going !== fetching) setFetching(going);
  const remove = useAction('channels.held.remove', {
    invalidates: ['channels.held.list'],
    failed: t('held.notRemoved'),
  });
  const drop = (model: string): void => void remove.run({ params, body: { model } });
  return (
    <Dialog open onClose={onClose} width="large" title={t('held.title')} description={t('held.what')}>
      <PullForm id={id} />
      {list.data === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState title={t('held.unread')} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : (
        <ul className="mt-4 rounded-md border border-line">
          {list.data.pulls.map((pull) => (
            <PullLine key={`pull ${pull.model}`} pull={pull} onDrop={() => drop(pull.model)} />
          ))}
          {list.data.models.map((model) => (
            <HeldLine
              key={model.name}
              model={model}
              served={served.some(({ upstream }) => upstream === model.name)}
              onServe={() => onServe(model.name)}
              onDrop={() => drop(model.name)}
            />
          ))}
          {list.data.models.length + list.data.pulls.length === 0 && (
            <li>
              <EmptyState icon={HardDrive} title={t('held.none')}>
                {t('held.noneWhat')}
              </EmptyState>
            </li>
          )}
        </ul>
      )}
    </Dialog>
  );
}

function PullForm({ id }: { readonly id: string }) {
  const t = useChannelWords();
  const [model, setModel] = useState('');
  const pull = useAction('channels.held.pull', { invalidates: ['channels.held.list'] });
  const begin = async (): Promise<void> => {
    if ((await pull.run({ params: { id }, body: { model } })) !== undefined) setModel('');
  };
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <div className="min-w-0 grow">
        <TextField
          label={t('held.model')}
          placeholder="qwen3:8b"
          value={model}
          onChange={setModel}
          {...(pull.error !== null && { error: pull.error.message })}
        />
      </div>
      <Button type="submit" icon={Download} busy={pull.busy} isDisabled={model.trim() === ''}>
        {t('held.pull')}
      </Button>
    </form>
  );
}

const line = 'flex items-center gap-3 border-b border-line px-3 py-2 last:border-b-0';

function PullLine({ pull, onDrop }: { readonly pull: Held['pulls'][number]; readonly onDrop: () => void }) {
  const t = useChannelWords();
  const { model, step, doneBytes, totalBytes, problem } = pull;
  const share = doneBytes === null || totalBytes === null || totalBytes === 0 ? undefined : doneBytes / totalBytes;
  return (
    <li className={line}>
      <div className="grid min-w-0 grow gap-1">
        <p className="truncate font-medium">{model}</p>
        {problem === null ? (
          <>
            <Progress share={share} label={t('held.pulling', { model })} />
            <p className="truncate text-small text-muted">
              {step}
              {totalBytes !== null && ` · ${bytes(doneBytes ?? 0)} / ${bytes(totalBytes)}`}
            </p>
          </>
        ) : (
          <p className="text-small text-danger wrap-anywhere">{problem}</p>
        )}
      </div>
      {problem !== null && <IconButton icon={X} label={t('held.putAway', { model })} onPress={onDrop} />}
    </li>
  );
}

type HeldLineProps = {
  readonly model: Held['models'][number];
  readonly served: boolean;
  readonly onServe: () => void;
  readonly onDrop: () => void;
};

/** Removing frees the disk and is taken back by fetching again, so a second press is all that is asked. */
function HeldLine({ model: { name, bytes: size, about, changedAt }, served, onServe, onDrop }: HeldLineProps) {
  const t = useChannelWords();
  const [sure, setSure] = useState(false);
  const facts = [
    about,
    size === null ? '' : bytes(size),
    changedAt === null ? '' : relativeMoment(changedAt, Date.now()),
  ];
  return (
    <li className={line}>
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{name}</p>
        <p className="truncate text-small text-muted">{facts.filter((fact) => fact !== '').join(' · ')}</p>
      </div>
      {served ? (
        <span className="text-small text-muted">{t('held.served')}</span>
      ) : (
        <Button size="small" icon={Plus} onPress={onServe}>
          {t('held.serve')}
        </Button>
      )}
      {sure ? (
        <Button size="small" look="danger" onPress={onDrop}>
          {t('held.remove')}
        </Button>
      ) : (
        <IconButton icon={Trash2} label={t('held.removeOne', { model: name })} onPress={() => setSure(true)} />
      )}
    </li>
  );
}
