import { FlaskConical, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import type { Input } from '../../lib/operations.ts';
import { useOwnKeyWords } from './words.ts';

type TryKeyProps = {
  readonly draft: {
    readonly provider: string;
    readonly credential: Readonly<Record<string, unknown>>;
    readonly settings: Readonly<Record<string, unknown>>;
  };
  readonly listsModels: boolean;
  /** The one that is asked. */
  readonly model: string | undefined;
  readonly onListed: (models: readonly string[]) => void;
};

type Result =
  | { readonly tried: Answer<'providerKeys.try'> }
  | { readonly listed: number }
  | { readonly error: Error }
  | undefined;

/** Tries a key before it is kept: which models it may use, and whether one of them answers. */
export function TryKey({ draft, listsModels, model, onListed }: TryKeyProps) {
  const t = useOwnKeyWords();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const ask = async (work: () => Promise<Result>): Promise<void> => {
    setBusy(true);
    setResult(await work().catch((thrown: unknown) => ({ error: errorOf(thrown) })));
    setBusy(false);
  };
  // The gateway checks them by the provider's own schema.
  const body = draft as NonNullable<Input<'providerKeys.models'>['body']>;
  const list = async (): Promise<Result> => {
    const { models } = await api.call('providerKeys.models', { body });
    onListed(models);
    return { listed: models.length };
  };
  const test = async (asked: string): Promise<Result> => ({
    tried: await api.call('providerKeys.try', { body: { ...body, model: asked } }),
  });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {listsModels && (
          <Button icon={ListChecks} busy={busy} onPress={() => void ask(list)}>
            {t('list')}
          </Button>
        )}
        {model !== undefined && (
          <Button icon={FlaskConical} busy={busy} onPress={() => void ask(async () => await test(model))}>
            {t('testModel', { model })}
          </Button>
        )}
      </div>
      {result !== undefined && <Told result={result} />}
    </div>
  );
}

function Told({ result }: { readonly result: NonNullable<Result> }) {
  const t = useOwnKeyWords();
  if ('error' in result) return <ErrorNotice title={t('fails')} error={result.error} />;
  if ('listed' in result) return <Notice tone="good" title={t('listed', { count: result.listed })} />;
  const { ok, message, durationMs } = result.tried;
  return ok ? (
    <Notice tone="good" title={t('works', { ms: durationMs })} />
  ) : (
    <Notice tone="danger" title={t('fails')}>
      {message}
    </Notice>
  );
}
