import { storedObjectKinds, type StoredObjectView } from '@tollgate/contract/api/stored-objects';
import { useQueryClient } from '@tanstack/react-query';
import { CircleStop, Files, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader, Toolbar } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { Select } from '../../components/ui/select.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api } from '../../lib/api.ts';
import { useAction, usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { nameOf, useFileColumns } from './columns.tsx';
import { ObjectDetails } from './object-details.tsx';
import { useFileWords } from './words.ts';

const searchSchema = z.object({
  kind: z.enum(storedObjectKinds).optional(),
  state: z.enum(['working', 'ended', 'kept']).optional(),
  of: z.enum(['all']).optional(),
  id: z.string().max(100).optional(),
});

const states = ['all', 'working', 'ended', 'kept'] as const;

/** How far batches are changes every few seconds. */
const refreshedMs = 5000;

/** What providers keep for one: files, batches, caches and the like, what each costs, and until when it is there. */
export default function FilesPage() {
  const t = useFileWords();
  const rights = useRights();
  const [{ kind, state, of, id }, change] = useSearchState(searchSchema);
  const [deleting, setDeleting] = useState<StoredObjectView>();
  const all = of === 'all' && rights.reachesAny('requests:read');
  const list = usePages(
    'storedObjects.list',
    { query: { kind, state, userId: all ? 'all' : undefined } },
    { refreshMs: refreshedMs },
  );
  const columns = useFileColumns(all);
  const cancel = useCancel();
  const mayAct = rights.may('keys:write');
  const isFiltered = kind !== undefined || state !== undefined;
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <Toolbar label={t('filters')}>
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <Segmented
            label={t('state')}
            value={state ?? 'all'}
            onChange={(next) => change({ state: next === 'all' ? undefined : next })}
            segments={states.map((value) => ({ value, label: t(`filter.${value}`) }))}
          />
          <Select
            inline
            label={t('kind')}
            value={kind ?? 'all'}
            onChange={(next) => change({ kind: next === 'all' ? undefined : next })}
            choices={[
              { value: 'all', label: t('filter.all') },
              ...storedObjectKinds.map((value) => ({ value, label: t(`kinds.${value}`) })),
            ]}
          />
          {rights.reachesAny('requests:read') && (
            <Switch value={all} onChange={(on) => change({ of: on ? 'all' : undefined })} label={t('everybody')} />
          )}
        </div>
      </Toolbar>
      <PagedGrid
        id={all ? 'all-files' : 'files'}
        label={t('title')}
        columns={columns}
        list={list}
        rowLabel={nameOf}
        failed={t('unread')}
        onOpen={(object) => change({ id: object.id }, 'push')}
        empty={<Nothing isFiltered={isFiltered} onClear={() => change({ kind: undefined, state: undefined })} />}
        {...(mayAct && {
          actions: (object: StoredObjectView) => (
            <>
              {object.mayCancel && (
                <MenuItem icon={CircleStop} onAction={() => void cancel.run({ params: { id: object.id } })}>
                  {t('cancel')}
                </MenuItem>
              )}
              <MenuItem icon={Trash2} danger disabled={!object.mayDelete} onAction={() => setDeleting(object)}>
                {t('delete')}
              </MenuItem>
            </>
          ),
        })}
      />
      {id !== undefined && (
        <ObjectDetails
          id={id}
          onClose={() => change({ id: undefined })}
          acts={(object) =>
            mayAct && (
              <>
                {object.mayCancel && (
                  <Button isDisabled={cancel.busy} onPress={() => void cancel.run({ params: { id: object.id } })}>
                    {t('cancel')}
                  </Button>
                )}
                {object.mayDelete && (
                  <Button look="danger" icon={Trash2} onPress={() => setDeleting(object)}>
                    {t('delete')}
                  </Button>
                )}
              </>
            )
          }
        />
      )}
      <DeleteObject
        object={deleting}
        onClose={() => setDeleting(undefined)}
        onDeleted={() => change({ id: undefined })}
      />
    </>
  );
}

function Nothing({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  const t = useFileWords();
  return isFiltered ? (
    <EmptyState title={t('noMatch')} action={<Button onPress={onClear}>{t('showAll')}</Button>} />
  ) : (
    <EmptyState icon={Files} title={t('empty')}>
      {t('emptyWhat')}
    </EmptyState>
  );
}

/** Has a batch cancelled. */
function useCancel() {
  const t = useFileWords();
  return useAction('storedObjects.cancel', {
    invalidates: ['storedObjects.list', 'storedObjects.read', 'audit.list'],
    failed: t('notCancelled'),
    done: () => ({ title: t('cancelAsked') }),
  });
}

type DeleteProps = {
  readonly object: StoredObjectView | undefined;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
};

/** Asks before something is gone, at its provider too. */
function DeleteObject({ object, onClose, onDeleted }: DeleteProps) {
  const t = useFileWords();
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      open={object !== undefined}
      onClose={onClose}
      title={t('deleteTitle', { name: object === undefined ? '' : nameOf(object) })}
      action={t('delete')}
      onConfirm={async () => {
        if (object === undefined) return;
        await api.call('storedObjects.delete', { params: { id: object.id } });
        onDeleted();
        for (const name of ['storedObjects.list', 'audit.list']) await queries.invalidateQueries({ queryKey: [name] });
      }}
    >
      {t(object !== undefined && object.costPerHourNanos !== null ? 'deletePaid' : 'deleteWhat')}
    </ConfirmDialog>
  );
}
