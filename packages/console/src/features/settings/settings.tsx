import type { SettingView } from '@tollgate/contract/api/configuration';
import { SlidersHorizontal } from 'lucide-react';
import { useDeferredValue } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader, Toolbar } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { isChanged } from './drafts.ts';
import { SaveBar } from './save-bar.tsx';
import { SettingRow } from './setting-row.tsx';
import { useDrafts, type Drafts } from './use-drafts.ts';
import { MailTest } from './mail-test.tsx';
import { areaName, leafHelp, leafName, useLeafWords, useSettingWords } from './words.ts';

const searchSchema = z.object({ q: z.string().optional(), show: z.literal('changed').optional() });

/** Every setting on one page: what is in force, why, and what it would be by itself. Changes are reviewed, then saved together. */
export default function SettingsPage() {
  const t = useSettingWords();
  const leafWords = useLeafWords();
  const [search, change] = useSearchState(searchSchema);
  const list = useOperation('settings.list');
  const drafts = useDrafts();
  const wanted = useDeferredValue(search.q ?? '')
    .trim()
    .toLowerCase();
  const all = list.data?.data;
  const shown = all?.filter(
    (setting) =>
      (search.show === undefined || isChanged(setting) || drafts.of(setting.path) !== undefined) &&
      [setting.path, leafName(setting.path, leafWords), leafHelp(setting.path, setting.description, leafWords)].some(
        (text) => text.toLowerCase().includes(wanted),
      ),
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <Toolbar label={t('find')}>
        <SearchField
          className="w-72 max-sm:w-full"
          label={t('find')}
          placeholder={t('find')}
          value={search.q ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        <Segmented
          label={t('show.label')}
          value={search.show ?? 'all'}
          onChange={(show) => change({ show: show === 'all' ? undefined : show })}
          segments={[
            { value: 'all', label: t('show.all') },
            { value: 'changed', label: t('show.changed') },
          ]}
        />
      </Toolbar>
      {all === undefined || shown === undefined ? (
        <Card padded={false}>
          {list.error === null ? (
            <SkeletonRows rows={12} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
          )}
        </Card>
      ) : shown.length === 0 ? (
        <Card>
          <EmptyState
            icon={SlidersHorizontal}
            title={wanted === '' ? t('noneChanged') : t('noMatch')}
            action={<Button onPress={() => change({ q: undefined, show: undefined })}>{t('showAll')}</Button>}
          />
        </Card>
      ) : (
        <Areas settings={shown} drafts={drafts} />
      )}
      {all !== undefined && <SaveBar drafts={drafts} />}
    </>
  );
}

function Areas({ settings, drafts }: { readonly settings: readonly SettingView[]; readonly drafts: Drafts }) {
  const t = useSettingWords();
  const leafWords = useLeafWords();
  const areas = Map.groupBy(settings, ({ path }) => path.split('.')[0] ?? path);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[10rem_minmax(0,1fr)]">
      <nav aria-label={t('areas')} className="hidden lg:block">
        <ul className="sticky top-16 grid gap-px">
          {[...areas].map(([area, { length }]) => (
            <li key={area}>
              <a
                href={`#${area}`}
                className="flex justify-between rounded-md px-2 py-1 text-muted hover:bg-hover hover:text-ink"
              >
                {areaName(area, leafWords)}
                <span className="text-small">{length}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
        {[...areas].map(([area, inside]) => (
          <div key={area} id={area} className="scroll-mt-16">
            <Card title={areaName(area, leafWords)} padded={false}>
              <ul>
                {inside.map((setting) => (
                  <SettingRow key={setting.path} setting={setting} drafts={drafts} />
                ))}
              </ul>
              {area === 'mail' && <MailTest />}
            </Card>
          </div>
        ))}
      </div>
    </div>
  );
}
