import { startRegistration, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice, ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { z } from '../../lib/zod.ts';
import { deviceOf } from './device.ts';
import { useAccountWords } from './words.ts';

const optionsSchema = z.custom<PublicKeyCredentialCreationOptionsJSON>((value) => typeof value === 'object');

/** Keys of one's devices, each enough to sign in by itself. Nothing where the gateway does not know its address. */
export function Passkeys() {
  const t = useAccountWords();
  const list = useOperation('passkeys.list');
  const options = useOperation('signIn.options');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const remove = useAction('passkeys.remove', {
    invalidates: ['passkeys.list'],
    failed: t('passkeys.notRemoved'),
    done: () => ({ title: t('passkeys.removed') }),
  });
  const passkeys = list.data?.data ?? [];
  if (options.data?.passkeys !== true && passkeys.length === 0) return null;

  const add = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const begun = await api.call('passkeys.begin');
      const made = await startRegistration({ optionsJSON: optionsSchema.parse(begun.options) });
      const { id, rawId, type, response } = made;
      const { clientDataJSON, attestationObject, transports = [] } = response;
      await api.call('passkeys.add', {
        body: {
          flow: begun.flow,
          name: deviceOf(navigator.userAgent) ?? t('sessions.unknown'),
          response: {
            id,
            rawId,
            type,
            response: { clientDataJSON, attestationObject, transports },
            clientExtensionResults: {},
          },
        },
      });
      await list.refetch();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={t('passkeys.title')}
      description={t('passkeys.what')}
      padded={false}
      actions={
        <Button size="small" icon={Fingerprint} busy={busy} onPress={() => void add()}>
          {t('passkeys.add')}
        </Button>
      }
    >
      {error !== undefined && (
        <div className="p-4">
          <ErrorNotice title={t('passkeys.notAdded')} error={error} />
        </div>
      )}
      {list.data === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={1} />
        ) : (
          <ErrorState title={t('passkeys.unread')} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : passkeys.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t('passkeys.none')}</p>
      ) : (
        <ul>
          {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
              <div className="min-w-0 grow">
                <p className="truncate font-medium">{name}</p>
                <p className="text-small text-muted" title={fullMoment(lastUsedAt ?? createdAt)}>
                  {lastUsedAt === null
                    ? t('passkeys.since', { when: relativeMoment(createdAt, Date.now()) })
                    : t('identities.used', { when: relativeMoment(lastUsedAt, Date.now()) })}
                </p>
              </div>
              <Button size="small" onPress={() => void remove.run({ params: { id } })}>
                {t('factor.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
