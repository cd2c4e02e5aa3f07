import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import { assertionOf, requestOptionsSchema } from '../../lib/passkey.ts';
import type { ProofAsk } from '../../lib/proof.ts';
import { z } from '../../lib/zod.ts';
import { FormPassword, FormText } from '../form/fields.tsx';
import { FormActions } from '../form/form-actions.tsx';
import { Form } from '../form/form.tsx';
import { useSchemaForm } from '../form/use-schema-form.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, ErrorState } from '../ui/error-state.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { useProofWords } from './words.ts';

type Ways = Answer<'proofs.ways'>;

/** Asks who sits there, before a call that concerns secrets, money or rights is made again. */
export default function ProofDialog({ ask }: { readonly ask: ProofAsk }) {
  const t = useProofWords();
  const ways = useOperation('proofs.ways', {}, { freshMs: 0 });
  return (
    <Dialog open onClose={() => ask.done()} width="small" title={t('title')} description={t('what')}>
      {ways.data !== undefined ? (
        <ByWays ask={ask} ways={ways.data} />
      ) : ways.error === null ? (
        <SkeletonRows rows={2} />
      ) : (
        <ErrorState title={t('unread')} error={ways.error} onRetry={() => void ways.refetch()} />
      )}
    </Dialog>
  );
}

function ByWays({ ask, ways }: { readonly ask: ProofAsk; readonly ways: Ways }) {
  const t = useProofWords();
  const passkey = ways.passkey && browserSupportsWebAuthn();
  if (!passkey && !ways.code && !ways.password) return <p>{t('noWay')}</p>;
  return (
    <div className="grid gap-4">
      {passkey && <ByPasskey ask={ask} />}
      {ways.code ? <ByText ask={ask} way="code" /> : ways.password && <ByText ask={ask} way="password" />}
    </div>
  );
}

function ByPasskey({ ask }: { readonly ask: ProofAsk }) {
  const t = useProofWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const prove = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const begun = await api.call('proofs.beginPasskey');
      const signed = await startAuthentication({ optionsJSON: requestOptionsSchema.parse(begun.options) });
      const { operation, params } = ask;
      const by = { way: 'passkey' as const, flow: begun.flow, response: assertionOf(signed) };
      ask.done((await api.call('proofs.create', { body: { operation, params, by } })).proof);
    } catch (thrown) {
      setError(errorOf(thrown));
      setBusy(false);
    }
  };
  return (
    <>
      {error !== undefined && <ErrorNotice title={t('notProved')} error={error} />}
      <Button icon={Fingerprint} look="primary" className="w-full" busy={busy} onPress={() => void prove()}>
        {t('byPasskey')}
      </Button>
    </>
  );
}

const textSchema = z.object({ text: z.string().min(1) });

function ByText({ ask, way }: { readonly ask: ProofAsk; readonly way: 'code' | 'password' }) {
  const t = useProofWords();
  const form = useSchemaForm({
    schema: textSchema,
    values: { text: '' },
    send: async ({ text }) => {
      const { operation, params } = ask;
      const by = way === 'code' ? { way, code: text } : { way, password: text };
      ask.done((await api.call('proofs.create', { body: { operation, params, by } })).proof);
    },
  });
  return (
    <Form form={form} failed={t('notProved')} label={t('title')}>
      {way === 'code' ? (
        <FormText form={form} name="text" label={t('code')} autoComplete="one-time-code" code required autoFocus />
      ) : (
        <FormPassword form={form} name="text" label={t('password')} autoComplete="current-password" required />
      )}
      <FormActions onCancel={() => ask.done()} action={t('goOn')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
