import type { ChannelView } from '@tollgate/contract/api/configuration';
import { FlaskConical } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import type { Answer } from '../../lib/api.ts';
import { duration } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import type { Provider } from './connect.tsx';
import { likelyModel } from '../../components/provider/likely-model.ts';
import { useStartWords } from './words.ts';

type ConnectedProps = {
  readonly channel: ChannelView;
  readonly provider: Provider;
  /** Asks it at once. */
  readonly tryNow: boolean;
  readonly onModels: () => void;
  readonly onAccount: () => void;
  readonly onDone: () => void;
};

/** The channel as it stands, and whether it answers. */
export function Connected({ channel, provider, tryNow, onModels, onAccount, onDone }: ConnectedProps) {
  const t = useStartWords();
  const test = useAction('channels.test');
  const begun = useRef(false);
  const tested = useLast(test);
  const models = useOperation('models.list', {}, { freshMs: 60_000 });
  const model = likelyModel(
    channel.models.map(({ name }) => name),
    models.data?.data ?? [],
  );
  const ask = (): void => void tested.run({ params: { id: channel.id }, body: model === undefined ? {} : { model } });
  useEffect(() => {
    if (!tryNow || begun.current || models.data === undefined) return;
    begun.current = true;
    ask();
  });
  const { answer } = tested;
  return (
    <Card
      title={t('connected.title', { name: provider.label })}
      actions={
        <Button size="small" icon={FlaskConical} busy={test.busy} onPress={ask}>
          {t('connected.test')}
        </Button>
      }
      footer={
        <>
          <Button look="quiet" onPress={onAccount}>
            {t('models.account')}
          </Button>
          <Button look="quiet" onPress={onModels}>
            {t('connected.models')}
          </Button>
          <Button look="primary" onPress={onDone}>
            {t('next')}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <KeyValues
          items={[
            { term: t('provider.which'), value: provider.label },
            { term: t('connected.address'), value: channel.baseUrl, code: true },
            { term: t('models.title'), value: summary(channel) },
          ]}
        />
        {test.busy && <Notice tone="info" title={t('connected.asking')} />}
        {test.error !== null && !test.busy && <ErrorNotice title={t('connected.failed')} error={test.error} />}
        {answer !== undefined && !test.busy && <Outcome answer={answer} />}
      </div>
    </Card>
  );
}

/** The last answer of an action. */
function useLast(action: ReturnType<typeof useAction<'channels.test'>>) {
  const [answer, setAnswer] = useState<Answer<'channels.test'>>();
  return {
    answer,
    run: async (input: Parameters<typeof action.run>[0]) => setAnswer((await action.run(input))?.answer),
  };
}

function Outcome({ answer }: { readonly answer: Answer<'channels.test'> }) {
  const t = useStartWords();
  const values = { model: answer.model, time: duration(answer.durationMs) };
  if (answer.ok) return <Notice tone="good" title={t('connected.works', values)} />;
  return (
    <Notice tone="danger" title={t('connected.refused', values)}>
      <p>{answer.message}</p>
      <p className="text-muted">{answer.cause === 'auth' ? t('connected.authHelp') : t('connected.otherHelp')}</p>
    </Notice>
  );
}

function summary({ models }: ChannelView): string {
  const names = models.slice(0, 5).map(({ name }) => name);
  return models.length > names.length ? `${names.join(', ')} … (${models.length})` : names.join(', ');
}
