import type { AuditEntryView, SettingView } from '@tollgate/contract/api/configuration';
import { Button } from '../../components/ui/button.tsx';
import { Changes } from '../../components/ui/changes.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import type { Drafts } from './use-drafts.ts';
import { leafName, useLeafWords, useSettingWords } from './words.ts';

type HistoryProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly setting: SettingView;
  readonly drafts: Drafts;
};

/** Who changed a setting, when, and from what; an earlier value can be taken up again, to be saved like any other change. */
export function SettingHistory({ open, onClose, setting, drafts }: HistoryProps) {
  const t = useSettingWords();
  const leafWords = useLeafWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('historyTitle', { name: leafName(setting.path, leafWords) })}>
      <Entries
        path={setting.path}
        // A secret's earlier values are not kept anywhere.
        onTake={
          setting.secret || setting.owner !== null
            ? undefined
            : (entry) => {
                drafts.put(setting, entry.before ?? setting.default);
                onClose();
              }
        }
      />
    </Dialog>
  );
}

function Entries({
  path,
  onTake,
}: {
  readonly path: string;
  readonly onTake: ((entry: AuditEntryView) => void) | undefined;
}) {
  const t = useSettingWords();
  const list = useOperation('audit.list', { query: { subject: `setting:${path}`, limit: 20 } });
  if (list.data === undefined)
    return list.error === null ? (
      <SkeletonRows rows={3} />
    ) : (
      <ErrorState title={t('historyUnread')} error={list.error} onRetry={() => void list.refetch()} />
    );
  if (list.data.data.length === 0) return <EmptyState title={t('neverChanged')}>{t('neverChangedWhat')}</EmptyState>;
  return (
    <ul className="-my-2">
      {list.data.data.map((entry) => (
        <li
          key={entry.id}
          className="flex items-start justify-between gap-3 border-b border-line py-2.5 last:border-b-0"
        >
          <div className="min-w-0">
            <p className="mb-1 text-small text-muted" title={fullMoment(entry.at)}>
              {t('changedBy', { when: relativeMoment(entry.at, Date.now()), who: entry.actorName ?? entry.actor })}
            </p>
            <Changes
              changes={[{ path: '', before: entry.before ?? undefined, after: entry.after ?? undefined }]}
              nameOf={() => t('value')}
            />
          </div>
          {onTake !== undefined && (
            <Button size="small" onPress={() => onTake(entry)}>
              {t('takeBack')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
