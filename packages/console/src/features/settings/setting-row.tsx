import type { SettingView } from '@tollgate/contract/api/configuration';
import { History, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { issueWords } from '../../components/form/issue-words.ts';
import { useFormWords } from '../../components/form/words.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import type { Json } from '../../lib/changes.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { after, isChanged } from './drafts.ts';
import { fieldOf, issueOf, spoken } from './field-of.ts';
import { SettingControl } from './setting-control.tsx';
import { SettingHistory } from './setting-history.tsx';
import type { Drafts } from './use-drafts.ts';
import { leafHelp, leafName, useLeafWords, useSettingWords } from './words.ts';

/** One setting: its name and what it does, its value, and why that is its value. */
export function SettingRow({ setting, drafts }: { readonly setting: SettingView; readonly drafts: Drafts }) {
  const t = useSettingWords();
  const leafWords = useLeafWords();
  const formWords = useFormWords();
  const [history, setHistory] = useState(false);
  const { path, owner } = setting;
  const draft = drafts.of(path);
  const value = draft === undefined ? setting.value : after(draft);
  const issue = draft === undefined ? undefined : issueOf(path, value);
  const name = leafName(path, leafWords);
  const field = fieldOf(path, setting.value);
  const wide = field.kind === 'text' && field.long === true;
  const atDefault = draft === undefined ? !isChanged(setting) : draft.write === null;
  return (
    <li
      className={`grid gap-x-6 gap-y-2 border-b border-line px-4 py-3 last:border-b-0 ${wide ? '' : 'grid-cols-[minmax(0,1fr)] md:grid-cols-[minmax(0,1fr)_18rem]'} ${draft === undefined ? '' : 'bg-accent-wash/40'}`}
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          {name}
          {draft !== undefined && <Badge tone="accent">{t('unsaved')}</Badge>}
          {setting.restart && <Badge tone="warn">{t('restart')}</Badge>}
          {setting.audience === 'root' && <Badge>{t('rootOnly')}</Badge>}
        </p>
        <p className="mt-0.5 max-w-prose text-small text-muted text-pretty">
          {leafHelp(path, setting.description, leafWords)}
        </p>
        <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-muted">
          <code className="wrap-anywhere select-all">{path}</code>
          <Source setting={setting} />
        </p>
      </div>
      <div className="flex min-w-0 items-start gap-1">
        <div className="min-w-0 grow">
          <SettingControl
            setting={setting}
            name={name}
            value={value}
            error={issue === undefined ? undefined : issueWords(issue, formWords)}
            disabled={owner !== null}
            onChange={(next) => drafts.put(setting, next)}
          />
          <p className="mt-1 text-xs text-muted">
            {[
              spoken(value, setting.unit),
              atDefault ? undefined : t('default', { value: shown(setting.default, t('nothing')) }),
            ]
              .filter((part) => part !== undefined)
              .join(' · ')}
          </p>
        </div>
        <IconButton
          icon={RotateCcw}
          label={t('reset', { name })}
          isDisabled={atDefault || owner !== null}
          onPress={() => drafts.put(setting, setting.default)}
        />
        <IconButton icon={History} label={t('historyOf', { name })} onPress={() => setHistory(true)} />
      </div>
      <SettingHistory open={history} onClose={() => setHistory(false)} setting={setting} drafts={drafts} />
    </li>
  );
}

const shown = (value: Json, nothing: string): string =>
  value === '' || value === null || (Array.isArray(value) && value.length === 0)
    ? nothing
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

/** Where the value in force comes from. */
function Source({ setting: { owner, updatedAt, updatedBy, updatedByName } }: { readonly setting: SettingView }) {
  const t = useSettingWords();
  if (owner !== null) return <span>{t('source.file', { file: owner.replace(/^file:/, '') })}</span>;
  if (updatedAt === null) return <span>{t('source.default')}</span>;
  return (
    <span title={fullMoment(updatedAt)}>
      {t('source.console', { when: relativeMoment(updatedAt, Date.now()), who: updatedByName ?? updatedBy ?? '–' })}
    </span>
  );
}
