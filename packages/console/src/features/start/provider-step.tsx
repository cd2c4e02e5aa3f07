import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { Connect } from './connect.tsx';
import { Connected } from './connected.tsx';
import { PickModels } from './pick-models.tsx';
import { useStartWords } from './words.ts';

/** The first channel: an account at a provider, what it serves, and one small question that shows it works. */
export function ProviderStep({ onDone }: { readonly onDone: () => void }) {
  const t = useStartWords();
  const providers = useOperation('providers.list', {}, { freshMs: 300_000 });
  const channels = useOperation('channels.list');
  /** Its models were just chosen, and it is to be tried. */
  const [fresh, setFresh] = useState(false);
  const [picking, setPicking] = useState(false);
  const [entering, setEntering] = useState(false);
  if (providers.data === undefined || channels.data === undefined) {
    const error = providers.error ?? channels.error;
    return (
      <Card title={t('provider.title')} padded={false}>
        {error === null ? (
          <SkeletonRows rows={5} />
        ) : (
          <ErrorState
            title={t('provider.unread')}
            error={error}
            onRetry={() => void Promise.all([providers.refetch(), channels.refetch()])}
          />
        )}
      </Card>
    );
  }
  const list = providers.data.data;
  // The one that is not finished, else the first that there is.
  const channel = channels.data.data.find(({ models }) => models.length === 0) ?? channels.data.data[0];
  const provider = list.find(({ id }) => id === channel?.provider);
  if (channel === undefined || provider === undefined || entering)
    return (
      <Connect
        providers={list}
        channel={channel}
        onCancel={entering ? () => setEntering(false) : onDone}
        onDone={() => setEntering(false)}
      />
    );
  if (channel.models.length === 0 || picking)
    return (
      <PickModels
        channel={channel}
        provider={provider}
        onAccount={() => setEntering(true)}
        onDone={() => {
          setFresh(true);
          setPicking(false);
        }}
      />
    );
  return (
    <Connected
      channel={channel}
      provider={provider}
      tryNow={fresh}
      onModels={() => setPicking(true)}
      onAccount={() => setEntering(true)}
      onDone={onDone}
    />
  );
}
