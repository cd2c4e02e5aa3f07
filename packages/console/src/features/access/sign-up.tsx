import { useQueryClient } from '@tanstack/react-query';
import { Link } from '../../components/ui/link.tsx';
import { api } from '../../lib/api.ts';
import { signedInAs } from '../../lib/session.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useSite } from '../../lib/site.ts';
import { z } from '../../lib/zod.ts';
import { OtherWays } from './other-ways.tsx';
import { RegistrationForm } from './registration-form.tsx';
import { useAccessWords } from './words.ts';

/** `invite` is the code of whoever invited one. */
const searchSchema = z.object({ invite: z.string().max(40).optional() });

/** An account of one's own, where that is open; where it is not, that is said. */
export default function SignUpPage() {
  const t = useAccessWords();
  const queries = useQueryClient();
  const [{ invite }] = useSearchState(searchSchema);
  const invited = invite === undefined ? {} : { invitation: invite };
  const open = useSite().data?.registrationOpen === true;
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{t(open ? 'createAccount' : 'closed.title')}</h2>
      {open ? (
        <RegistrationForm
          action={t('register')}
          send={async (body) =>
            await signedInAs(queries, await api.call('registration.create', { body: { ...body, ...invited } }))
          }
        />
      ) : (
        <p className="text-muted">{t('closed.what')}</p>
      )}
      <OtherWays signingUp invitation={invite} />
      <p className="mt-5 border-t border-line pt-4 text-small text-muted">
        {t('haveOne')} <Link to="/">{t('signIn')}</Link>
      </p>
    </>
  );
}
