import { FirstRequest } from '../../components/snippets/first-request.tsx';
import { Secret } from '../../components/snippets/secret.tsx';
import { Snippets } from '../../components/snippets/snippets.tsx';
import { useKeyModels } from '../../components/snippets/use-key-models.ts';
import { Notice } from '../../components/ui/notice.tsx';
import { usePublicAddress } from '../../lib/site.ts';
import { useKeyWords } from './words.ts';

type NewKeyProps = {
  readonly secret: string;
  /** Of a key that was never used: its first request is waited for. */
  readonly keyId?: string;
};

/** The text of a new key, the only time it is shown, with a first request that works as it stands. */
export function NewKey({ secret, keyId }: NewKeyProps) {
  const t = useKeyWords();
  const models = useKeyModels(secret);
  const publicAddress = usePublicAddress();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <Notice tone="good" title={t('new.copyNow')}>
        {t('new.hashOnly')}
      </Notice>
      <Secret text={secret} what={t('new.theKey')} />
      {keyId !== undefined && <FirstRequest keyId={keyId} />}
      {models !== undefined &&
        (models.length === 0 ? (
          <p className="text-muted">{t('new.noModel', { url: publicAddress('v1') })}</p>
        ) : (
          <Snippets secret={secret} models={models} />
        ))}
    </div>
  );
}
