import type { SettingView } from '@tollgate/contract/api/configuration';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { LeaveGuard } from '../../components/form/guard.tsx';
import { ReasonField } from '../../components/form/reason-field.tsx';
import { errorOf } from '../../lib/error-of.ts';
import { Button } from '../../components/ui/button.tsx';
import { Changes } from '../../components/ui/changes.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { operationKey } from '../../lib/operations.ts';
import { after, undoOf, type Draft } from './drafts.ts';
import { issueOf } from './field-of.ts';
import type { Drafts } from './use-drafts.ts';
import { leafName, useLeafWords, useSettingWords } from './words.ts';

type Failure = { readonly draft: Draft; readonly error: Error };

/** How many changes there are, to be looked at and saved. What could not be saved stays a change, with its reason. */
export function SaveBar({ drafts }: { readonly drafts: Drafts }) {
  const t = useSettingWords();
  const leafWords = useLeafWords();
  const queries = useQueryClient();
  const [reviewing, setReviewing] = useState(false);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failures, setFailures] = useState<readonly Failure[]>([]);
  const { all } = drafts;
  const unfit = all.filter((draft) => issueOf(draft.setting.path, after(draft)) !== undefined);

  const write = async (
    changes: readonly { readonly path: string; readonly value: SettingView['value'] }[],
    why = '',
  ) => {
    for (const { path, value } of changes)
      await api.call('settings.update', { params: { name: path }, body: { value }, reason: why });
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    const saved: Draft[] = [];
    const failed: Failure[] = [];
    for (const draft of all) {
      try {
        await write([{ path: draft.setting.path, value: draft.write }], reason);
        saved.push(draft);
      } catch (error) {
        failed.push({ draft, error: errorOf(error) });
      }
    }
    const refresh = async (): Promise<void> => {
      await queries.invalidateQueries({ queryKey: operationKey('settings.list') });
      await queries.invalidateQueries({ queryKey: operationKey('site.read') });
    };
    await refresh();
    drafts.drop(saved.map(({ setting }) => setting.path));
    setBusy(false);
    setFailures(failed);
    if (failed.length === 0) {
      setReviewing(false);
      setReason('');
    }
    if (saved.length > 0)
      showToast({
        title: t('saved', { count: saved.length }),
        // What was secret is not known here any more.
        ...(saved.every(({ setting }) => !setting.secret) && {
          undo: () =>
            void write(saved.map((draft) => ({ path: draft.setting.path, value: undoOf(draft) })))
              .catch((error: unknown) => {
                if (error instanceof Error) showToast({ tone: 'danger', title: t('notUndone'), error });
              })
              .then(refresh),
        }),
      });
  };

  return (
    <>
      <LeaveGuard unsaved={all.length > 0} />
      {all.length > 0 && (
        <section
          aria-label={t('changes')}
          className="sticky bottom-4 z-10 mt-4 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-raised px-4 py-2.5 shadow-overlay max-md:bottom-20"
        >
          <p role="status">
            {unfit.length > 0 ? t('unfit', { count: unfit.length }) : t('unsavedCount', { count: all.length })}
          </p>
          <div className="flex gap-2">
            <Button look="quiet" onPress={() => drafts.drop(all.map(({ setting }) => setting.path))}>
              {t('discard')}
            </Button>
            <Button look="primary" isDisabled={unfit.length > 0} onPress={() => setReviewing(true)}>
              {t('review')}
            </Button>
          </div>
        </section>
      )}
      <Dialog
        open={reviewing}
        onClose={() => setReviewing(false)}
        title={t('reviewTitle', { count: all.length })}
        description={t('reviewWhat')}
        dismissable={!busy}
        actions={
          <>
            <Button onPress={() => setReviewing(false)}>{t('back')}</Button>
            <Button look="primary" busy={busy} onPress={() => void save()}>
              {t('save')}
            </Button>
          </>
        }
      >
        <div className="grid gap-3">
          {failures.map(({ draft, error }) => (
            <ErrorNotice
              key={draft.setting.path}
              title={t('notSaved', { name: leafName(draft.setting.path, leafWords) })}
              error={error}
            />
          ))}
          {all.some(({ setting }) => setting.restart) && <Notice tone="warn" title={t('needsRestart')} />}
          <Changes
            changes={all.map((draft) => ({
              path: draft.setting.path,
              before: draft.setting.value,
              after: draft.setting.secret ? '••••••••' : after(draft),
            }))}
            nameOf={(path) => leafName(path, leafWords)}
          />
          <ReasonField value={reason} onChange={setReason} />
        </div>
      </Dialog>
    </>
  );
}
