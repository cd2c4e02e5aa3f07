import type { ChannelView } from '@tollgate/contract/api/configuration';
import { keyModes } from '@tollgate/contract/entities/channel';
import { useState } from 'react';
import { LeaveGuard } from '../../../components/form/guard.tsx';
import { ProviderFields } from '../../../components/provider/provider-fields.tsx';
import { fieldsOf } from '../../../components/provider/schema-fields.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TagInput } from '../../../components/ui/tag-input.tsx';
import { TextArea, TextField } from '../../../components/ui/text-field.tsx';
import { Switch } from '../../../components/ui/toggles.tsx';
import { errorOf } from '../../../lib/error-of.ts';
import { useAction, useOperation } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { useChannelWords } from '../words.ts';
import { behaviourOf, patchOf, promptModes, timeoutNames, type Behaviour } from './draft.ts';
import { StatusMapping } from './status-mapping.tsx';

type PartProps = {
  readonly draft: Behaviour;
  readonly writes: boolean;
  readonly put: (patch: Partial<Behaviour>) => void;
};

/** How the channel asks its upstream, and what it makes of the answers. */
export function ChannelBehaviour({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const rights = useRights();
  const providers = useOperation('providers.list');
  const provider = providers.data?.data.find(({ id }) => id === channel.provider);
  const writes = rights.may('channels:write') && channel.owner === null;
  const [draft, setDraft] = useState(() => behaviourOf(channel));
  const [failure, setFailure] = useState<Error>();
  const save = useAction('channels.update', {
    invalidates: ['channels.read', 'channels.list', 'channels.health', 'audit.list'],
    done: () => ({ title: t('edit.saved') }),
  });
  const fields = provider === undefined ? [] : fieldsOf(provider.settings, false);
  const dirty = JSON.stringify(draft) !== JSON.stringify(behaviourOf(channel));
  const put = (patch: Partial<Behaviour>): void => setDraft({ ...draft, ...patch });
  const send = async (): Promise<void> => {
    setFailure(undefined);
    try {
      await save.run({ params: { id: channel.id }, body: patchOf(channel, draft, fields) });
    } catch (error) {
      setFailure(errorOf(error));
    }
  };
  const error = failure ?? save.error ?? undefined;
  return (
    <div className="grid gap-4">
      <LeaveGuard unsaved={dirty && !save.busy} />
      {error !== undefined && <ErrorNotice focus title={t('edit.failed')} error={error} />}
      {fields.length > 0 && (
        <Card title={t('behaviour.provider', { provider: provider?.label ?? '' })}>
          <fieldset disabled={!writes} className="grid items-start gap-4 sm:grid-cols-2 [&>fieldset]:col-span-full">
            <ProviderFields
              fields={fields}
              values={draft.settings}
              onChange={(name, value) => put({ settings: { ...draft.settings, [name]: value } })}
            />
          </fieldset>
        </Card>
      )}
      <Asking channel={channel} draft={draft} writes={writes} put={put} />
      <Answers draft={draft} writes={writes} put={put} />
      {dirty && (
        <div className="sticky bottom-3 z-10 flex justify-end gap-2 rounded-lg border border-line bg-raised px-4 py-2.5 max-md:bottom-20">
          <Button onPress={() => setDraft(behaviourOf(channel))}>{t('behaviour.reset')}</Button>
          <Button look="primary" busy={save.busy} onPress={() => void send()}>
            {t('edit.save')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Asking({ channel, draft, writes, put }: PartProps & { readonly channel: ChannelView }) {
  const t = useChannelWords();
  return (
    <Card title={t('behaviour.asking')}>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Select
          label={t('behaviour.keyMode')}
          disabled={!writes}
          choices={keyModes.map((mode) => ({ value: mode, label: t(`behaviour.keyModeOf.${mode}`) }))}
          value={draft.keyMode}
          onChange={(keyMode) => put({ keyMode })}
        />
        <NumberField
          label={t('behaviour.concurrency')}
          help={t('behaviour.concurrencyHelp')}
          min={1}
          disabled={!writes}
          value={draft.concurrency}
          onChange={(concurrency) => put({ concurrency })}
        />
        <Select
          label={t('behaviour.testModel')}
          help={t('behaviour.testModelHelp')}
          disabled={!writes}
          choices={[
            { value: '', label: t('behaviour.firstModel') },
            ...channel.models.map(({ name }) => ({ value: name, label: name })),
          ]}
          value={draft.testModel}
          onChange={(testModel) => put({ testModel })}
        />
        <TextField
          label={t('behaviour.proxy')}
          help={t('behaviour.proxyHelp')}
          placeholder="socks5://user:password@host:1080"
          isDisabled={!writes}
          spellCheck="false"
          autoComplete="off"
          value={draft.proxy}
          onChange={(proxy) => put({ proxy })}
        />
        {timeoutNames.map((name) => (
          <NumberField
            key={name}
            label={t(`behaviour.${name}`)}
            unit="ms"
            min={100}
            disabled={!writes}
            placeholder={t('behaviour.asSettings')}
            value={draft.timeouts[name]}
            onChange={(ms) => put({ timeouts: { ...draft.timeouts, [name]: ms } })}
          />
        ))}
        <div className="sm:col-span-2">
          <TextArea
            label={t('behaviour.prompt')}
            help={t('behaviour.promptHelp')}
            rows={3}
            isDisabled={!writes}
            value={draft.prompt}
            onChange={(prompt) => put({ prompt })}
          />
        </div>
        {draft.prompt !== '' && (
          <Select
            label={t('behaviour.promptMode')}
            disabled={!writes}
            choices={promptModes.map((mode) => ({ value: mode, label: t(`behaviour.promptModeOf.${mode}`) }))}
            value={draft.promptMode}
            onChange={(promptMode) => put({ promptMode })}
          />
        )}
        <TagInput
          free
          label={t('behaviour.passFields')}
          help={t('behaviour.passFieldsHelp')}
          disabled={!writes}
          values={draft.passFields}
          onChange={(passFields) => put({ passFields })}
        />
      </div>
    </Card>
  );
}

function Answers({ draft, writes, put }: PartProps) {
  const t = useChannelWords();
  return (
    <Card title={t('behaviour.answers')}>
      <div className="grid gap-4">
        <StatusMapping rows={draft.statuses} writes={writes} onChange={(statuses) => put({ statuses })} />
        <Switch
          label={t('behaviour.autoDisable')}
          help={t('behaviour.autoDisableHelp')}
          disabled={!writes}
          value={draft.autoDisable}
          onChange={(autoDisable) => put({ autoDisable })}
        />
        <Switch
          label={t('behaviour.thinking')}
          help={t('behaviour.thinkingHelp')}
          disabled={!writes}
          value={draft.thinkingToContent}
          onChange={(thinkingToContent) => put({ thinkingToContent })}
        />
      </div>
    </Card>
  );
}
