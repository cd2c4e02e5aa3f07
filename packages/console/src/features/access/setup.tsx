import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { api } from '../../lib/api.ts';
import { ApiError } from '../../lib/client.ts';
import { meKey } from '../../lib/session.ts';
import { siteKey } from '../../lib/site.ts';
import { RegistrationForm } from './registration-form.tsx';
import { SetupNeeded } from './setup-needed.tsx';
import { useAccessWords } from './words.ts';

/** First run: whoever holds the token of the one-time link becomes the root of this gateway, and is signed in. */
export default function SetupPage() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get('token') ?? '';
  return token === '' ? <SetupNeeded /> : <Setup token={token} />;
}

function Setup({ token }: { readonly token: string }) {
  const t = useAccessWords();
  const queries = useQueryClient();
  return (
    <>
      <h2 className="text-lg font-semibold">{t('setup.title')}</h2>
      <p className="mt-1 mb-5 text-muted">{t('setup.what')}</p>
      <RegistrationForm
        action={t('setup.submit')}
        send={async (entry) => {
          const me = await api.call('setup.create', { body: { ...entry, token } }).catch((error: unknown) => {
            // The commonest reason: the gateway was started again, and has printed another link.
            if (error instanceof ApiError && error.code === 'setup_token_invalid') throw new Error(t('setup.stale'));
            throw error;
          });
          await queries.refetchQueries({ queryKey: siteKey });
          // The frame goes on from here, in the place of this page: the spent token does not stay in the history.
          queries.setQueryData(meKey, me);
        }}
      />
    </>
  );
}
