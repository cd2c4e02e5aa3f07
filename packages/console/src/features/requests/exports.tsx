import type { ExportView } from '@tollgate/contract/api/exports';
import { Download, FileDown, Trash2 } from 'lucide-react';
import { Progress } from '../../components/charts/marks.tsx';
import { Button } from '../../components/ui/button.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Popover } from '../../components/ui/popover.tsx';
import { api } from '../../lib/api.ts';
import { bytes, count, fullMoment, percent, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { exportFiltersOf, type LogSearch } from './filters.ts';
import { useRequestWords } from './words.ts';

type ExportsProps = { readonly search: LogSearch; readonly seesAll: boolean };

/** Files of what the log shows right now: asked for here, made in the background, fetched here for a day. */
export function Exports({ search, seesAll }: ExportsProps) {
  const t = useRequestWords();
  return (
    <Popover
      label={t('export.title')}
      className="w-96 max-w-full p-3"
      trigger={<Button icon={Download}>{t('export.title')}</Button>}
    >
      <ExportList search={search} seesAll={seesAll} />
    </Popover>
  );
}

const isOpen = ({ state }: ExportView): boolean => state === 'waiting' || state === 'running';

function ExportList({ search, seesAll }: ExportsProps) {
  const t = useRequestWords();
  const list = useOperation('exports.list', {});
  const files = list.data?.data ?? [];
  // Asked for again while one is being made; a second subscriber of the same answer, so that the first needs no timer.
  useOperation('exports.list', {}, { enabled: files.some(isOpen), refreshMs: 1000 });
  const create = useAction('exports.create', { invalidates: ['exports.list'] });
  const remove = useAction('exports.delete', { invalidates: ['exports.list'] });
  const begin = (format: ExportView['format']): void =>
    void create.run({ body: { format, filters: exportFiltersOf(search, seesAll, Date.now()) } });
  const error = create.error ?? remove.error ?? list.error;
  return (
    <>
      <p className="text-small text-muted">{t('export.what')}</p>
      <div className="mt-2 flex gap-2">
        {(['csv', 'jsonl'] as const).map((format) => (
          <Button key={format} size="small" icon={FileDown} busy={create.busy} onPress={() => begin(format)}>
            {t(`export.${format}`)}
          </Button>
        ))}
      </div>
      {error !== null && (
        <div className="mt-2">
          <ErrorNotice title={t('export.failed')} error={error} />
        </div>
      )}
      {files.length > 0 && (
        <ul className="mt-3 max-h-72 overflow-y-auto border-t border-line" aria-label={t('export.list')}>
          {files.map((file) => (
            <File key={file.id} file={file} onRemove={() => void remove.run({ params: { id: file.id } })} />
          ))}
        </ul>
      )}
    </>
  );
}

function File({ file, onRemove }: { readonly file: ExportView; readonly onRemove: () => void }) {
  const t = useRequestWords();
  const { id, format, state, progress, rows, createdAt, truncated } = file;
  const name = `${format.toUpperCase()}, ${relativeMoment(createdAt, Date.now())}`;
  return (
    <li className="flex items-center gap-2 border-b border-line py-1.5 text-small last:border-b-0">
      <span className="min-w-0 grow">
        <span className="flex justify-between gap-2">
          <span title={fullMoment(createdAt)}>{name}</span>
          <span className="text-muted">
            {state === 'failed'
              ? t('export.state.failed')
              : state === 'done'
                ? `${t('export.rows', { count: rows, rows: count(rows) })} · ${bytes(file.bytes)}`
                : percent(progress)}
          </span>
        </span>
        {isOpen(file) && (
          <Progress
            share={state === 'waiting' ? undefined : progress}
            label={t(state === 'waiting' ? 'export.state.waiting' : 'export.state.running')}
          />
        )}
        {truncated && <span className="block text-xs text-warn">{t('export.truncated')}</span>}
        {file.error !== null && <span className="block text-xs text-danger">{file.error}</span>}
      </span>
      {state === 'done' && (
        <a
          href={api.address('exports.download', { params: { id } })}
          download
          aria-label={t('export.download', { name })}
          title={t('export.download', { name })}
          className="grid size-7 shrink-0 place-items-center rounded-md text-accent hover:bg-hover pointer-coarse:size-10"
        >
          <Download aria-hidden className="size-4" />
        </a>
      )}
      <IconButton size="small" icon={Trash2} label={t('export.remove', { name })} onPress={onRemove} />
    </li>
  );
}
