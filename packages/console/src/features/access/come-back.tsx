import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { meKey } from '../../lib/session.ts';
import { EnterCode, wantsCode } from './enter-code.tsx';
import { useAccessWords } from './words.ts';

/** What the address brought: parameters, and those that some put behind the #, which no server ever sees. */
const broughtBack = (): Record<string, string> => ({
  ...Object.fromEntries(new URLSearchParams(location.search)),
  ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))),
});

/** Where a provider sends the browser back to: ends the sign-in, or the linking, that was begun here. */
export default function ComeBackPage() {
  const t = useAccessWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const [answer] = useState(broughtBack);
  const [failure, setFailure] = useState<Error>();
  const [challenged, setChallenged] = useState(false);
  const begun = useRef(false);
  useEffect(() => {
    // What came back works once, so it is sent once.
    if (begun.current) return;
    begun.current = true;
    history.replaceState(history.state, '', location.pathname);
    const finish = async (): Promise<void> => {
      const { me, linked } = await api.call('signIn.finish', { body: { methodId: id, answer } });
      if (me !== null) queries.setQueryData(meKey, me);
      if (linked) {
        showToast({ title: t('back.linked') });
        await queries.invalidateQueries();
      }
      await navigate({ to: linked ? '/account' : '/', replace: true });
    };
    finish().catch((thrown: unknown) => (wantsCode(thrown) ? setChallenged(true) : setFailure(errorOf(thrown))));
  }, [answer, id, navigate, queries, t]);
  const home = (): void => void navigate({ to: '/', replace: true });
  if (challenged) return <EnterCode onEntered={home} onBack={home} />;
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{t('back.title')}</h2>
      {failure === undefined ? (
        <p className="text-muted" role="status">
          {t('back.working')}
        </p>
      ) : (
        <ErrorNotice title={t('back.failed')} error={failure} />
      )}
      <p className="mt-5 border-t border-line pt-4 text-small">
        <Link to="/">{t('backToSignIn')}</Link>
      </p>
    </>
  );
}
