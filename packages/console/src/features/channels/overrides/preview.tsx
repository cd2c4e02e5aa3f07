import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Changes } from '../../../components/ui/changes.tsx';
import { CodeBlock } from '../../../components/ui/code-block.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { TextArea } from '../../../components/ui/text-field.tsx';
import { Switch } from '../../../components/ui/toggles.tsx';
import type { Answer } from '../../../lib/api.ts';
import { changesOf } from '../../../lib/changes.ts';
import { bodyOfSample, type Sample, type usePreview } from './use-preview.ts';
import { useOverrideWords } from './words.ts';

type PreviewProps = {
  readonly channel: ChannelView;
  readonly sample: Sample;
  readonly onSample: (sample: Sample) => void;
  readonly preview: ReturnType<typeof usePreview>;
};

/** A sample request as it would be sent: what the overrides change of it. Nothing is sent. */
export function Preview({ channel, sample, onSample, preview }: PreviewProps) {
  const t = useOverrideWords();
  return (
    <Card title={t('preview.title')} description={t('preview.what')}>
      <div className="grid gap-4">
        <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
          <div className="min-w-40 grow">
            <Select
              label={t('preview.model')}
              choices={channel.models.map(({ name }) => ({ value: name, label: name }))}
              value={sample.model === '' ? (channel.models[0]?.name ?? null) : sample.model}
              onChange={(model) => onSample({ ...sample, model })}
            />
          </div>
          <div className="pb-1.5">
            <Switch
              label={t('preview.stream')}
              value={sample.stream}
              onChange={(stream) => onSample({ ...sample, stream })}
            />
          </div>
        </div>
        <TextArea
          label={t('preview.body')}
          help={t('preview.bodyHelp')}
          {...(bodyOfSample(sample.body) === undefined && { error: t('preview.noObject') })}
          code
          rows={4}
          spellCheck="false"
          placeholder={'{ "temperature": 0.2, "user": "u-1" }'}
          value={sample.body}
          onChange={(body) => onSample({ ...sample, body })}
        />
        {preview.error !== null && <ErrorNotice title={t('preview.failed')} error={preview.error} />}
        {preview.data === undefined ? (
          preview.error === null && <SkeletonRows rows={4} />
        ) : (
          <Outcome previewed={preview.data} />
        )}
      </div>
    </Card>
  );
}

function Outcome({ previewed }: { readonly previewed: Answer<'channels.preview'> }) {
  const t = useOverrideWords();
  const [shown, setShown] = useState<'changes' | 'after' | 'before'>('changes');
  const { before, after, returned, protocol, mode } = previewed;
  const changes = after === null ? [] : changesOf({ ...before }, { ...after });
  const request = shown === 'before' ? before : after;
  return (
    <section aria-label={t('preview.outcome')} aria-live="polite" className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label={t('preview.show')}
          value={shown}
          onChange={setShown}
          segments={(['changes', 'before', 'after'] as const).map((value) => ({
            value,
            label: t(`preview.${value}`, { count: changes.length }),
          }))}
        />
        <Badge>{protocol}</Badge>
        {mode === 'translate' && <Badge>{t('preview.translated')}</Badge>}
      </div>
      {returned !== null && (
        <Notice tone="warn" title={t('preview.returned', { status: returned.status, code: returned.code })}>
          {returned.message}
        </Notice>
      )}
      {shown === 'changes' ? (
        changes.length === 0 ? (
          returned === null && <p className="text-small text-muted">{t('preview.nothing')}</p>
        ) : (
          <Changes changes={changes} />
        )
      ) : request === null ? (
        <p className="text-small text-muted">{t('preview.notSent')}</p>
      ) : (
        <CodeBlock
          label={t(`preview.${shown}`, { count: 0 })}
          className="max-h-96 overflow-auto"
          text={`POST ${request.url}\n${Object.entries(request.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}\n\n${JSON.stringify(request.body, undefined, 2)}`}
        />
      )}
    </section>
  );
}
