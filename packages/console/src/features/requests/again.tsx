import { Check, MessagesSquare, Terminal } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { useCopy } from '../../components/ui/use-copy.ts';
import { addressOf } from '../../lib/base.ts';
import { useMe, useRights } from '../../lib/session.ts';
import { curlOf } from './again.ts';
import type { RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

/** Ways to ask the like once more: as a command, and in the playground. */
export function Again({ request }: { readonly request: RequestView }) {
  const t = useRequestWords();
  const { user } = useMe();
  const rights = useRights();
  const [outcome, copy] = useCopy();
  const { model, operation, keyId, userId } = request;
  const curl = curlOf(request, addressOf('').replace(/\/$/, ''));
  return (
    <>
      {curl !== undefined && (
        <span title={t('again.what')}>
          <Button icon={outcome === 'copied' ? Check : Terminal} onPress={() => void copy(curl)}>
            {t(outcome === undefined ? 'again.curl' : outcome === 'copied' ? 'again.copied' : 'again.refused')}
          </Button>
        </span>
      )}
      {operation === 'chat' && model !== '' && rights.may('playground:write') && (
        <LinkButton
          to="/playground"
          // A key of somebody else is not one to ask with.
          search={{ model, ...(userId === user.id && { key: keyId }) }}
          icon={MessagesSquare}
        >
          {t('again.playground')}
        </LinkButton>
      )}
    </>
  );
}
