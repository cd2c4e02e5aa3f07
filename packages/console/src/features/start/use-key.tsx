import { useNavigate } from '@tanstack/react-router';
import { LoaderCircle, Send } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Secret } from '../../components/snippets/secret.tsx';
import { Snippets } from '../../components/snippets/snippets.tsx';
import { useKeyModels } from '../../components/snippets/use-key-models.ts';
import { Button } from '../../components/ui/button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import type { Answer } from '../../lib/api.ts';
import { addressOf } from '../../lib/base.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import { likelyModel } from '../../components/provider/likely-model.ts';
import { useStartWords } from './words.ts';

/** A key with what speaks with it, and the wait for its first request, on whose page one lands. */
export function UseKey({ fresh }: { readonly fresh: Answer<'keys.create'> }) {
  const t = useStartWords();
  const models = useKeyModels(fresh.key);
  const known = useOperation('models.list', {}, { freshMs: 60_000 });
  const likely = useMemo(() => {
    const first = likelyModel(models ?? [], known.data?.data ?? []);
    return first === undefined ? [] : [first, ...(models ?? []).filter((name) => name !== first)];
  }, [models, known.data]);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <Secret text={fresh.key} what={t('request.theKey')} />
      <Waiting keyId={fresh.id} secret={fresh.key} model={likely[0]} />
      {models !== undefined &&
        (likely.length === 0 ? (
          <Notice tone="warn" title={t('request.noModel')} />
        ) : (
          <Snippets secret={fresh.key} models={likely} />
        ))}
    </div>
  );
}

type WaitingProps = { readonly keyId: string; readonly secret: string; readonly model: string | undefined };

function Waiting({ keyId, secret, model }: WaitingProps) {
  const t = useStartWords();
  const navigate = useNavigate();
  const arrived = useOperation('requests.list', { query: { keyId, userId: 'all', limit: 1 } }, { refreshMs: 1000 });
  const newest = arrived.data?.data[0];
  const landed = useRef(false);
  useEffect(() => {
    if (newest === undefined || newest.status >= 400 || landed.current) return;
    landed.current = true;
    void navigate({ to: '/requests/$id', params: { id: newest.id } });
  }, [newest, navigate]);
  const test = useTestRequest(secret, model);
  return (
    <div className="grid gap-3 border-y border-line py-3">
      {newest !== undefined && newest.status >= 400 && (
        <Notice tone="danger" title={t('request.failed', { status: newest.status, code: newest.errorCode ?? '' })}>
          <p>
            <Link to="/requests/$id" params={{ id: newest.id }}>
              {t('request.see')}
            </Link>
          </p>
        </Notice>
      )}
      {test.failure !== undefined && newest === undefined && (
        <Notice tone="danger" title={t('request.notSent')}>
          <p>{test.failure}</p>
        </Notice>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden className="size-4 animate-spin text-accent motion-reduce:animate-none" />
          {t('request.waiting')}
        </p>
        <Button icon={Send} busy={test.busy} isDisabled={model === undefined} onPress={test.send}>
          {t('request.test')}
        </Button>
      </div>
    </div>
  );
}

/** The same request as in the first snippet, from this page. */
function useTestRequest(secret: string, model: string | undefined) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const send = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const response = await fetch(addressOf('v1/chat/completions'), {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        credentials: 'omit',
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      if (response.ok) return;
      const said = (await response.json()) as { readonly error?: { readonly message?: string } };
      setFailure(said.error?.message ?? `HTTP ${response.status}`);
    } catch (error) {
      setFailure(errorOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, send: () => void send() };
}
