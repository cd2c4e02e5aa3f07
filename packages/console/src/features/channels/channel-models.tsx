import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useQueryClient } from '@tanstack/react-query';
import { Plus, RefreshCw, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { TakeBundle } from '../../components/bundles/take-bundle.tsx';
import { LeaveGuard } from '../../components/form/guard.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Combobox } from '../../components/ui/combobox.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation, type Input } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { FetchedModels } from './fetched-models.tsx';
import { HeldModelsButton } from './held-models.tsx';
import { ModelPrice } from './model-price.tsx';
import { ModelWatch } from './model-watch.tsx';
import { useChannelWords } from './words.ts';

type Model = ChannelView['models'][number];
type Patch = NonNullable<Input<'channels.update'>['body']>;

/** What clients ask for, and what it is called upstream; the upstream's own list can be fetched and compared. */
export function ChannelModels({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const queries = useQueryClient();
  const rights = useRights();
  const providers = useOperation('providers.list');
  const [models, setModels] = useState<readonly Model[]>(channel.models);
  const [fetched, setFetched] = useState<Answer<'channels.models.fetch'>>();
  // What the upstream lists, once it was asked; it outlives the comparison, to be suggested.
  const [listed, setListed] = useState<readonly string[]>([]);
  const upstreams = useUpstreamNames(channel, listed);
  const [failure, setFailure] = useState<{ readonly title: string; readonly error: Error }>();
  const [busy, setBusy] = useState<'fetch' | 'save'>();
  const writes = rights.may('channels:write') && channel.owner === null;
  const provider = providers.data?.data.find(({ id }) => id === channel.provider);
  const dirty = JSON.stringify(models) !== JSON.stringify(channel.models);

  const attempt = async (what: 'fetch' | 'save', title: string, run: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setFailure(undefined);
    try {
      await run();
    } catch (error) {
      setFailure({ title, error: errorOf(error) });
    } finally {
      setBusy(undefined);
    }
  };
  const fetchModels = (): Promise<void> =>
    attempt('fetch', t('models.notFetched'), async () => {
      const answer = await api.call('channels.models.fetch', { params: { id: channel.id }, body: {} });
      setFetched(answer);
      setListed([...answer.new, ...answer.existing, ...answer.ignored]);
    });
  const save = (): Promise<void> =>
    attempt('save', t('models.notSaved'), async () => {
      const named = models.filter(({ name }) => name.trim() !== '');
      await api.call('channels.update', {
        params: { id: channel.id },
        body: {
          models: named.map((model) => ({
            ...model,
            upstream: model.upstream === '' ? model.name : model.upstream,
          })) as Patch['models'],
        },
      });
      for (const name of ['channels.list', 'channels.read', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('models.saved', { count: named.length }) });
    });

  return (
    <div className="grid gap-4">
      <LeaveGuard unsaved={dirty && busy !== 'save'} />
      {failure !== undefined && <ErrorNotice title={failure.title} error={failure.error} />}
      {fetched !== undefined && (
        <FetchedModels
          fetched={fetched}
          onClose={() => setFetched(undefined)}
          onTake={(added, gone) => {
            setModels([
              ...models.filter(({ name }) => !gone.includes(name)),
              ...added.map((name) => ({ name, upstream: name })),
            ]);
            setFetched(undefined);
          }}
        />
      )}
      {provider?.listsModels === true && <ModelWatch channel={channel} writes={writes} unsaved={dirty} />}
      <Card
        title={t('tab.models')}
        description={t('models.what')}
        padded={false}
        actions={
          writes && (
            <>
              <TakeBundle
                values={models.map(({ name }) => name)}
                onTake={(added) => setModels([...models, ...added.map((name) => ({ name, upstream: name }))])}
                keeps
              />
              {provider?.holdsModels === true && (
                <HeldModelsButton
                  id={channel.id}
                  served={models}
                  onServe={(name) => setModels([...models, { name, upstream: name }])}
                />
              )}
              {provider?.listsModels === true && (
                <Button size="small" icon={RefreshCw} busy={busy === 'fetch'} onPress={() => void fetchModels()}>
                  {t('models.fetch')}
                </Button>
              )}
            </>
          )
        }
        {...(writes && {
          footer: (
            <>
              <Button icon={Plus} onPress={() => setModels([...models, { name: '', upstream: '' }])}>
                {t('models.add')}
              </Button>
              <Button look="primary" busy={busy === 'save'} isDisabled={!dirty} onPress={() => void save()}>
                {t('edit.save')}
              </Button>
            </>
          ),
        })}
      >
        {models.length === 0 ? (
          <EmptyState title={t('models.none')}>{t('models.noneWhat')}</EmptyState>
        ) : (
          <ModelRows models={models} upstreams={upstreams} writes={writes} onChange={setModels} />
        )}
      </Card>
    </div>
  );
}

/** Names that models of the provider have upstream: those that it lists, and those that channels of it are given already. */
function useUpstreamNames({ provider }: ChannelView, listed: readonly string[]): readonly string[] {
  const channels = useOperation('channels.list', {}).data?.data;
  return useMemo(() => {
    const given = (channels ?? []).filter((one) => one.provider === provider).flatMap(({ models }) => models);
    return [...new Set([...listed, ...given.map(({ upstream }) => upstream)])].toSorted();
  }, [channels, provider, listed]);
}

type ModelRowsProps = {
  readonly models: readonly Model[];
  readonly upstreams: readonly string[];
  readonly writes: boolean;
  readonly onChange: (models: readonly Model[]) => void;
};

function ModelRows({ models, upstreams, writes, onChange }: ModelRowsProps) {
  const t = useChannelWords();
  return (
    <>
      <div
        aria-hidden
        className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-2 border-b border-line px-4 py-1.5 text-small text-muted md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_12rem_auto]"
      >
        <span>{t('models.public')}</span>
        <span>{t('models.upstream')}</span>
        <span className="max-md:hidden">{t('models.price')}</span>
        <span className="w-8" />
      </div>
      <ul>
        {models.map((model, index) => (
          // A row has no name of its own until one is entered.
          <ModelRow
            key={index}
            model={model}
            upstreams={upstreams}
            writes={writes}
            onChange={(patch) => onChange(models.map((one, at) => (at === index ? { ...one, ...patch } : one)))}
            onDrop={() => onChange(models.filter((_, at) => at !== index))}
          />
        ))}
      </ul>
    </>
  );
}

type ModelRowProps = {
  readonly model: Model;
  /** Suggested as names upstream. */
  readonly upstreams: readonly string[];
  readonly writes: boolean;
  readonly onChange: (patch: Partial<Model>) => void;
  readonly onDrop: () => void;
};

function ModelRow({ model, upstreams, writes, onChange, onDrop }: ModelRowProps) {
  const t = useChannelWords();
  const known = useOperation('models.list');
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-2 border-b border-line px-4 py-1.5 last:border-b-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_12rem_auto]">
      <Combobox
        label={t('models.public')}
        hideLabel
        free
        placeholder={t('models.public')}
        disabled={!writes}
        choices={(known.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
        value={model.name}
        onChange={(name) => onChange({ name, ...(model.upstream === model.name && { upstream: name }) })}
      />
      <Combobox
        label={t('models.upstreamOf', { name: model.name })}
        hideLabel
        free
        placeholder={t('models.upstream')}
        disabled={!writes}
        choices={upstreams.map((name) => ({ value: name, label: name }))}
        value={model.upstream}
        onChange={(upstream) => onChange({ upstream })}
      />
      <span className="text-small max-md:order-last max-md:col-span-3">
        {model.name !== '' && (
          <ModelPrice name={model.name} model={known.data?.data.find(({ name }) => name === model.name)} />
        )}
      </span>
      <IconButton icon={X} label={t('models.drop', { name: model.name })} isDisabled={!writes} onPress={onDrop} />
    </li>
  );
}
