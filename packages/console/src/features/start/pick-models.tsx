import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ModelChecks } from '../../components/provider/model-checks.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { Checkbox } from '../../components/ui/toggles.tsx';
import { api } from '../../lib/api.ts';
import { ApiError } from '../../lib/client.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import type { Provider } from './connect.tsx';
import { useStartWords } from './words.ts';

type PickModelsProps = {
  readonly channel: ChannelView;
  readonly provider: Provider;
  /** The account was refused, or is the wrong one. */
  readonly onAccount: () => void;
  readonly onDone: () => void;
};

/** What it serves: the provider's own list, with what has a price ticked; or names, where it does not tell. */
export function PickModels({ channel, provider, onAccount, onDone }: PickModelsProps) {
  const t = useStartWords();
  const known = useOperation('models.list', {}, { freshMs: 60_000 });
  const listed = useQuery({
    queryKey: ['first-models', channel.id, channel.updatedAt],
    queryFn: async () => await api.call('channels.models.fetch', { params: { id: channel.id }, body: {} }),
    enabled: provider.listsModels,
    retry: false,
    staleTime: Infinity,
  });
  const priced = useMemo(
    () => new Set((known.data?.data ?? []).filter(({ current }) => current !== null).map(({ name }) => name)),
    [known.data],
  );
  if (known.data === undefined || (provider.listsModels && listed.isPending))
    return (
      <Card title={t('models.title')} padded={false}>
        <SkeletonRows rows={8} />
      </Card>
    );
  const names = listed.data === undefined ? [] : [...listed.data.existing, ...listed.data.new].toSorted();
  return (
    <Choice
      // Drawn anew when the list is there.
      key={names.length}
      channel={channel}
      provider={provider}
      names={names}
      priced={priced}
      known={new Set(known.data.data.map(({ name }) => name))}
      problem={listed.error ?? undefined}
      onAccount={onAccount}
      onDone={onDone}
    />
  );
}

type ChoiceProps = PickModelsProps & {
  readonly names: readonly string[];
  readonly priced: ReadonlySet<string>;
  /** Models that the gateway has, with a price or without. */
  readonly known: ReadonlySet<string>;
  readonly problem: Error | undefined;
};

function Choice({ channel, provider, names, priced, known, problem, onAccount, onDone }: ChoiceProps) {
  const t = useStartWords();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set([...channel.models.map(({ name }) => name), ...names.filter((name) => priced.has(name))]),
  );
  const [free, setFree] = useState(true);
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const unpriced = [...chosen].filter((name) => !priced.has(name));
  // Another account is what helps then; names that are entered by hand do not.
  const refused = problem instanceof ApiError && problem.code === 'upstream_auth';
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      if (free) for (const name of unpriced) await serveFree(name, known.has(name));
      await api.call('channels.update', { params: { id: channel.id }, body: { models: [...chosen] } });
      for (const name of ['channels.list', 'models.list']) await queries.invalidateQueries({ queryKey: [name] });
      onDone();
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={t('models.title')}
      description={t('models.what', { name: provider.label })}
      footer={
        <>
          <Button look={refused ? 'primary' : 'quiet'} onPress={onAccount}>
            {t('models.account')}
          </Button>
          <Button
            look={refused ? 'plain' : 'primary'}
            busy={busy}
            isDisabled={chosen.size === 0}
            onPress={() => void save()}
          >
            {t('models.save', { count: chosen.size })}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {problem !== undefined && (
          <ErrorNotice title={t(refused ? 'models.refused' : 'models.notListed')} error={problem} />
        )}
        {failure !== undefined && <ErrorNotice focus title={t('models.notSaved')} error={failure} />}
        {names.length === 0 ? (
          <TagInput
            label={t('models.names')}
            help={t('models.namesHelp')}
            suggestions={[...priced].map((name) => ({ value: name, label: name }))}
            free
            values={[...chosen]}
            onChange={(list) => setChosen(new Set(list))}
          />
        ) : (
          <ModelChecks
            names={names}
            priced={priced}
            chosen={chosen}
            onChange={setChosen}
            words={{
              label: t('models.title'),
              find: t('models.find'),
              all: (count) => t('models.all', { count }),
              unpriced: t('models.unpriced'),
            }}
          />
        )}
        {unpriced.length > 0 && (
          <Checkbox
            label={t('models.free', { count: unpriced.length })}
            help={t('models.freeHelp')}
            value={free}
            onChange={setFree}
          />
        )}
      </div>
    </Card>
  );
}

/** Without a price, and not free, requests for a model are refused. */
const serveFree = (name: string, isKnown: boolean) =>
  isKnown
    ? api.call('models.update', { params: { name }, body: { free: true } })
    : api.call('models.create', { body: { name, free: true } });
