import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import type { Answer } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { FillWallet } from './fill-wallet.tsx';
import { MakeKey } from './make-key.tsx';
import { UseKey } from './use-key.tsx';
import { useStartWords } from './words.ts';

/** A key, and its first request: what proves that all of it works. */
export function FirstRequest({ served }: { readonly served: boolean }) {
  const t = useStartWords();
  const { user } = useMe();
  const [key, setKey] = useState<Answer<'keys.create'>>();
  const empty = user.balanceNanos !== null && BigInt(user.balanceNanos) <= 0n;
  return (
    <div className="grid gap-4">
      {served && key === undefined && (
        <Notice
          tone="good"
          title={t('request.answered')}
          actions={
            <LinkButton to="/requests" size="small">
              {t('request.seeIt')}
            </LinkButton>
          }
        >
          <p>{t('request.answeredWhat')}</p>
        </Notice>
      )}
      {empty && <FillWallet userId={user.id} />}
      <Card
        title={key === undefined ? t('request.title') : t('request.ready', { name: key.name })}
        description={key === undefined ? t('request.what') : t('request.once')}
        footer={
          <LinkButton to="/" look={served && key === undefined ? 'primary' : 'quiet'}>
            {t('request.home')}
          </LinkButton>
        }
      >
        {key === undefined ? <MakeKey onMade={setKey} /> : <UseKey fresh={key} />}
      </Card>
    </div>
  );
}
