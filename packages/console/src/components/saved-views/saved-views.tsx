import type { SavedView } from '@tollgate/contract/api/usage';
import { Bookmark, BookmarkPlus, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/error-state.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Popover } from '../ui/popover.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import { useUiWords } from '../ui/words.ts';

type SavedViewsProps = {
  /** The page that they are views of, as the gateway keeps it: `usage`. */
  readonly page: string;
  /** The parameters in the address right now: `measure=cost&by=key`. */
  readonly query: string;
  readonly onShow: (query: string) => void;
  /** What they are called. */
  readonly kind?: Kind;
};

type Kind = 'views' | 'presets';

/** What somebody looks at often: the state of a page under a name, kept by the gateway, and what others share. */
export function SavedViews({ page, query, onShow, kind = 'views' }: SavedViewsProps) {
  const t = useUiWords();
  const [naming, setNaming] = useState(false);
  const list = useOperation('views.list', { query: { page } });
  const views = list.data?.data ?? [];
  const shown = views.find((view) => view.query === query);
  return (
    <>
      <Popover
        label={t(`${kind}.title`)}
        className="w-72 p-2"
        trigger={
          <Button icon={Bookmark} className="max-w-56">
            <span className="truncate">{shown?.name ?? t(`${kind}.title`)}</span>
          </Button>
        }
      >
        {(close) => (
          <>
            {list.error !== null && <ErrorNotice title={t(`${kind}.unread`)} error={list.error} />}
            {views.length === 0 ? (
              <p className="px-2 py-1.5 text-small text-muted">{t(`${kind}.none`)}</p>
            ) : (
              <ul className="max-h-72 overflow-y-auto">
                {views.map((view) => (
                  <View
                    key={view.id}
                    view={view}
                    kind={kind}
                    current={view === shown}
                    onShow={() => {
                      close();
                      onShow(view.query);
                    }}
                  />
                ))}
              </ul>
            )}
            <div className="mt-1 border-t border-line pt-1">
              <Button
                look="quiet"
                size="small"
                icon={BookmarkPlus}
                onPress={() => {
                  close();
                  setNaming(true);
                }}
              >
                {t(`${kind}.save`)}
              </Button>
            </div>
          </>
        )}
      </Popover>
      {naming && <NameView kind={kind} page={page} query={query} taken={views} onClose={() => setNaming(false)} />}
    </>
  );
}

type ViewProps = {
  readonly view: SavedView;
  readonly kind: Kind;
  readonly current: boolean;
  readonly onShow: () => void;
};

function View({ view, kind, current, onShow }: ViewProps) {
  const t = useUiWords();
  const add = useAction('views.create', { invalidates: ['views.list'], failed: t(`${kind}.notSaved`) });
  const remove = useAction('views.delete', {
    invalidates: ['views.list'],
    optimistic: ({ params }, cache) =>
      cache.update('views.list', (all) => ({ data: all.data.filter(({ id }) => id !== params.id) })),
    failed: t(`${kind}.notRemoved`),
    done: () => ({
      title: t(`${kind}.removed`, { name: view.name }),
      undo: () => void add.run({ body: { page: view.page, name: view.name, query: view.query, shared: view.shared } }),
    }),
  });
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        aria-current={current ? 'true' : undefined}
        onClick={onShow}
        className={`min-h-8 min-w-0 grow truncate rounded-[4px] px-2 text-start text-sm hover:bg-hover pointer-coarse:min-h-10 ${current ? 'font-medium text-accent' : ''}`}
      >
        {view.name}
        {view.shared && (
          <Users
            role="img"
            aria-label={t('sharing.shared')}
            className="ms-1.5 inline size-3.5 align-[-0.15em] text-muted"
          />
        )}
      </button>
      {view.changeable && (
        <IconButton
          size="small"
          icon={Trash2}
          label={t(`${kind}.remove`, { name: view.name })}
          onPress={() => void remove.run({ params: { id: view.id } })}
        />
      )}
    </li>
  );
}

type NameViewProps = {
  readonly kind: Kind;
  readonly page: string;
  readonly query: string;
  readonly taken: readonly SavedView[];
  readonly onClose: () => void;
};

/** A name that is there already gets what is looked at now. */
function NameView({ kind, page, query, taken, onClose }: NameViewProps) {
  const t = useUiWords();
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const mayShare = useRights().may('settings:write');
  const same = taken.find((view) => view.changeable && view.name === name.trim());
  const [shares, setShares] = useState<boolean>();
  const shared = shares ?? same?.shared ?? false;
  const options = {
    invalidates: ['views.list'] as const,
    done: () => ({ title: t(`${kind}.saved`, { name: name.trim() }) }),
  };
  const create = useAction('views.create', options);
  const update = useAction('views.update', options);
  const save = async (): Promise<void> => {
    if (name.trim() === '') return setMissing(true);
    const saved =
      same === undefined
        ? await create.run({ body: { page, name: name.trim(), query, shared } })
        : await update.run({ params: { id: same.id }, body: { query, shared } });
    if (saved !== undefined) onClose();
    return undefined;
  };
  const error = create.error ?? update.error;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`${kind}.save`)}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={create.busy || update.busy} onPress={() => void save()}>
            {t(`${kind}.${same === undefined ? 'keep' : 'replace'}`)}
          </Button>
        </>
      }
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {error !== null && <ErrorNotice title={t(`${kind}.notSaved`)} error={error} />}
        <TextField
          label={t(`${kind}.name`)}
          value={name}
          maxLength={60}
          autoFocus
          error={missing && name.trim() === '' ? t(`${kind}.nameMissing`) : undefined}
          onChange={setName}
        />
        {mayShare && (
          <Checkbox label={t('sharing.share')} help={t('sharing.shareHelp')} value={shared} onChange={setShares} />
        )}
      </form>
    </Dialog>
  );
}
