import type { AuditEntryView } from '@tollgate/contract/api/configuration';
import { ClipboardList, Download, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader, Toolbar } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { api } from '../../lib/api.ts';
import { calendarDay } from '../../lib/format.ts';
import { usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { ChainCheck } from './chain-check.tsx';
import { AuditEntry } from './audit-entry.tsx';
import { useAuditWords } from './words.ts';

const searchSchema = z.object({
  actor: z.string().optional(),
  subject: z.string().optional(),
  text: z.string().optional(),
});

/** Who changed what: by day, the newest first, each with how it was before. */
export default function AuditPage() {
  const t = useAuditWords();
  const [{ actor, subject, text }, change] = useSearchState(searchSchema);
  const [checking, setChecking] = useState(false);
  const list = usePages('audit.list', { query: { limit: 50, actor, subject, text } });
  const filtered = actor !== undefined || subject !== undefined || text !== undefined;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            <Button icon={ShieldCheck} onPress={() => setChecking(true)}>
              {t('check')}
            </Button>
            <a
              href={api.address('audit.export', { query: { actor, subject, text, format: 'csv' } })}
              download
              className={buttonClass('plain', 'normal')}
            >
              <Download aria-hidden className="size-4" />
              {t('export')}
            </a>
          </>
        }
      />
      {checking && (
        <div className="mb-4">
          <ChainCheck />
        </div>
      )}
      <Toolbar label={t('filters')}>
        <Filter
          key={`subject ${subject ?? ''}`}
          label={t('subject')}
          placeholder={t('subjectPlaceholder')}
          value={subject ?? ''}
          onFind={(found) => change({ subject: found === '' ? undefined : found })}
        />
        <Filter
          key={`actor ${actor ?? ''}`}
          label={t('actor')}
          placeholder={t('actorPlaceholder')}
          value={actor ?? ''}
          onFind={(found) => change({ actor: found === '' ? undefined : found })}
        />
        <Filter
          key={`text ${text ?? ''}`}
          label={t('text')}
          placeholder={t('textPlaceholder')}
          value={text ?? ''}
          onFind={(found) => change({ text: found.length < 2 ? undefined : found })}
        />
      </Toolbar>
      {list.rows === undefined ? (
        <Card padded={false}>
          {list.error === null ? (
            <SkeletonRows rows={14} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={list.retry} />
          )}
        </Card>
      ) : list.rows.length === 0 ? (
        <Card>
          {filtered ? (
            <EmptyState
              title={t('noMatch')}
              action={
                <Button onPress={() => change({ actor: undefined, subject: undefined, text: undefined })}>
                  {t('clear')}
                </Button>
              }
            />
          ) : (
            <EmptyState icon={ClipboardList} title={t('empty')}>
              {t('emptyWhat')}
            </EmptyState>
          )}
        </Card>
      ) : (
        <div className="grid gap-4">
          <Days
            entries={list.rows}
            onSubject={(one) => change({ subject: one })}
            onActor={(one) => change({ actor: one })}
          />
        </div>
      )}
      {list.more && (
        <Button className="mt-4" busy={list.loadingMore} onPress={list.loadMore}>
          {t('older')}
        </Button>
      )}
    </>
  );
}

type FilterProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onFind: (text: string) => void;
};

/** Finds when Enter is pressed, because what is looked for is a whole name. */
function Filter({ label, placeholder, value, onFind }: FilterProps) {
  const [typed, setTyped] = useState(value);
  return (
    <SearchField
      label={label}
      placeholder={`${label}: ${placeholder}`}
      value={typed}
      onChange={(text) => {
        setTyped(text);
        if (text === '') onFind('');
      }}
      onSubmit={(text) => onFind(text.trim())}
    />
  );
}

type DaysProps = {
  readonly entries: readonly AuditEntryView[];
  readonly onSubject: (subject: string) => void;
  readonly onActor: (actor: string) => void;
};

function Days({ entries, onSubject, onActor }: DaysProps) {
  const t = useAuditWords();
  const today = calendarDay(Date.now());
  const yesterday = calendarDay(Date.now() - 86_400_000);
  return [...Map.groupBy(entries, ({ at }) => calendarDay(at))].map(([day, inside]) => (
    <Card key={day} title={day === today ? t('today') : day === yesterday ? t('yesterday') : day} padded={false}>
      <ul>
        {inside.map((entry) => (
          <AuditEntry key={entry.id} entry={entry} onSubject={onSubject} onActor={onActor} />
        ))}
      </ul>
    </Card>
  ));
}
