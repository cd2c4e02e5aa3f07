import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useState } from 'react';
import { LeaveGuard } from '../../../components/form/guard.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { TagInput } from '../../../components/ui/tag-input.tsx';
import { useAction } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { draftOf, overridesOf, type Draft } from './draft.ts';
import { JsonTwin } from './json-twin.tsx';
import { Mistakes } from './mistakes.tsx';
import { Operations } from './operations.tsx';
import { Pairs } from './pairs.tsx';
import { Preview } from './preview.tsx';
import { readOverridesText, type Sent } from './read-overrides-text.ts';
import { usePreview, type Sample } from './use-preview.ts';
import { useOverrideWords } from './words.ts';

/** What the channel changes of requests, beside a sample on which it is seen at once. */
export function ChannelOverrides({ channel }: { readonly channel: ChannelView }) {
  const t = useOverrideWords();
  const rights = useRights();
  const writes = rights.may('channels:write') && channel.owner === null;
  const [draft, setDraft] = useState<Draft>(() => draftOf(channel.overrides));
  // The text while it is edited as JSON; undefined while the form is.
  const [text, setText] = useState<string>();
  const [sample, setSample] = useState<Sample>({ model: '', stream: false, body: '' });
  const read = text === undefined ? undefined : readOverridesText(text);
  const sent: Sent | undefined = read === undefined ? overridesOf(draft) : read.sent;
  const preview = usePreview(channel.id, read === undefined ? sent : read.asked, sample);
  const save = useAction('channels.update', {
    invalidates: ['channels.read', 'channels.list', 'audit.list'],
    done: () => ({ title: t('saved') }),
  });
  const mistakes = preview.data?.mistakes ?? [];
  const dirty = JSON.stringify(sent) !== JSON.stringify(overridesOf(draftOf(channel.overrides)));
  const put = (patch: Partial<Draft>): void => setDraft({ ...draft, ...patch });
  const turn = (how: 'form' | 'json'): void => {
    if (how === 'json') return setText(JSON.stringify(overridesOf(draft), undefined, 2));
    // What the form cannot show stays text, with its mistakes told.
    if (read?.overrides === undefined) return;
    setDraft(draftOf(read.overrides));
    setText(undefined);
  };
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <LeaveGuard unsaved={dirty && !save.busy} />
      <div className="grid gap-4">
        {save.error !== null && <ErrorNotice focus title={t('notSaved')} error={save.error} />}
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Segmented
            label={t('how.label')}
            value={text === undefined ? 'form' : 'json'}
            onChange={turn}
            segments={[
              { value: 'form', label: t('how.form') },
              { value: 'json', label: 'JSON' },
            ]}
          />
          {writes && (
            <Button
              look="primary"
              busy={save.busy}
              isDisabled={!dirty || sent === undefined || mistakes.length > 0}
              onPress={() => {
                if (sent !== undefined) void save.run({ params: { id: channel.id }, body: { overrides: sent } });
              }}
            >
              {t('save')}
            </Button>
          )}
        </div>
        {mistakes.length > 0 && (
          <Notice tone="danger" title={t('mistake.title', { count: mistakes.length })}>
            <Mistakes mistakes={mistakes} />
          </Notice>
        )}
        {text !== undefined ? (
          <JsonTwin text={text} writes={writes} onChange={setText} />
        ) : (
          <>
            <HeaderCard draft={draft} put={put} writes={writes} mistakes={mistakes} />
            <Operations
              operations={draft.operations}
              writes={writes}
              mistakes={mistakes}
              onChange={(operations) => put({ operations })}
            />
            <BodyCard draft={draft} put={put} writes={writes} mistakes={mistakes} />
          </>
        )}
      </div>
      <div className="min-w-0 xl:sticky xl:top-16">
        <Preview channel={channel} sample={sample} onSample={setSample} preview={preview} />
      </div>
    </div>
  );
}

type PartProps = {
  readonly draft: Draft;
  readonly put: (patch: Partial<Draft>) => void;
  readonly writes: boolean;
  readonly mistakes: Parameters<typeof Mistakes>[0]['mistakes'];
};

function HeaderCard({ draft, put, writes, mistakes }: PartProps) {
  const t = useOverrideWords();
  return (
    <Card title={t('headers.title')} description={t('headers.what')}>
      <div className="grid gap-4">
        <Pairs
          title={t('headers.set')}
          help={t('headers.setHelp')}
          nameLabel={t('field.header')}
          valueLabel={t('field.value')}
          add={t('headers.add')}
          pairs={draft.setHeaders}
          writes={writes}
          onChange={(setHeaders) => put({ setHeaders })}
          mistakes={mistakes}
          place="headers.set"
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TagInput
            free
            label={t('headers.pass')}
            help={t('headers.passHelp')}
            disabled={!writes}
            values={draft.passHeaders}
            onChange={(passHeaders) => put({ passHeaders })}
          />
          <TagInput
            free
            label={t('headers.remove')}
            help={t('headers.removeHelp')}
            disabled={!writes}
            values={draft.removeHeaders}
            onChange={(removeHeaders) => put({ removeHeaders })}
          />
        </div>
      </div>
    </Card>
  );
}

function BodyCard({ draft, put, writes, mistakes }: PartProps) {
  const t = useOverrideWords();
  return (
    <Card title={t('body.title')} description={t('body.what')}>
      <div className="grid gap-4">
        <Pairs
          title={t('body.set')}
          help={t('body.setHelp')}
          nameLabel={t('field.path')}
          valueLabel={t('field.value')}
          add={t('body.add')}
          pairs={draft.setFields}
          writes={writes}
          onChange={(setFields) => put({ setFields })}
          mistakes={mistakes}
          place="body.set"
        />
        <TagInput
          free
          label={t('body.remove')}
          help={t('body.removeHelp')}
          disabled={!writes}
          values={draft.removeFields}
          onChange={(removeFields) => put({ removeFields })}
        />
      </div>
    </Card>
  );
}
