import type { ChannelView } from '@tollgate/contract/api/configuration';
import { watchModes } from '@tollgate/contract/entities/channel';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { LeaveGuard } from '../../components/form/guard.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { useAction, useOperation } from '../../lib/operations.ts';
import { FoundModels } from './found-models.tsx';
import { LookedAt } from './looked-at.tsx';
import { useChannelWords } from './words.ts';

type ModelWatchProps = {
  readonly channel: ChannelView;
  readonly writes: boolean;
  /** Models of the page are changed and not saved: taking others over would lose that. */
  readonly unsaved: boolean;
};

/** Whether the upstream's list of models is watched, what is left aside there, and what was found. */
export function ModelWatch(props: ModelWatchProps) {
  const { watchModels, ignoredModels } = props.channel;
  return <Watch key={JSON.stringify([watchModels, ignoredModels])} {...props} />;
}

function Watch({ channel, writes, unsaved }: ModelWatchProps) {
  const t = useChannelWords();
  const [mode, setMode] = useState(channel.watchModels);
  const [ignored, setIgnored] = useState(channel.ignoredModels);
  const watches = useOperation('channels.watches.list');
  const watch = watches.data?.data.find(({ channelId }) => channelId === channel.id);
  const save = useAction('channels.update', {
    invalidates: ['channels.read', 'channels.list', 'channels.watches.list', 'audit.list'],
    done: () => ({ title: t('edit.saved') }),
  });
  const look = useAction('channels.watches.look', {
    invalidates: ['channels.watches.list', 'overview.gateway'],
    failed: t('models.notFetched'),
  });
  const dirty = mode !== channel.watchModels || ignored.join('\n') !== channel.ignoredModels.join('\n');
  const body = { watchModels: mode, ignoredModels: [...ignored] };
  return (
    <Card
      title={t('watch.title')}
      description={watch === undefined ? t('watch.what') : <LookedAt watch={watch} />}
      actions={
        writes &&
        watch !== undefined && (
          <Button
            size="small"
            icon={RefreshCw}
            busy={look.busy}
            onPress={() => void look.run({ params: { id: channel.id } })}
          >
            {t('watch.look')}
          </Button>
        )
      }
      {...(dirty && {
        footer: (
          <Button look="primary" busy={save.busy} onPress={() => void save.run({ params: { id: channel.id }, body })}>
            {t('edit.save')}
          </Button>
        ),
      })}
    >
      <LeaveGuard unsaved={dirty && !save.busy} />
      <div className="grid gap-4">
        {save.error !== null && <ErrorNotice focus title={t('edit.failed')} error={save.error} />}
        {watch !== undefined && watch.problem !== null && (
          <Notice tone="warn" title={t('watch.problem', { why: watch.problem })} />
        )}
        {watch !== undefined && <FoundModels key={`${watch.foundAt}`} watch={watch} writes={writes} locked={unsaved} />}
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Select
            label={t('watch.mode')}
            help={t(`watch.modeWhat.${mode}`)}
            disabled={!writes}
            choices={watchModes.map((value) => ({ value, label: t(`watch.modeOf.${value}`) }))}
            value={mode}
            onChange={setMode}
          />
          <TagInput
            free
            label={t('watch.ignored')}
            help={t('watch.ignoredHelp')}
            disabled={!writes}
            values={ignored}
            onChange={setIgnored}
          />
        </div>
      </div>
    </Card>
  );
}
