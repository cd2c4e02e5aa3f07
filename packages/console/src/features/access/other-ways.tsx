import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import { assertionOf, requestOptionsSchema } from '../../lib/passkey.ts';
import { signedInAs } from '../../lib/session.ts';
import { DirectoryWay } from './directory-way.tsx';
import { OrganisationWay } from './organisation.tsx';
import { useAccessWords } from './words.ts';

type Option = Answer<'signIn.options'>['data'][number];

type OtherWaysProps = {
  readonly signingUp?: boolean;
  /** Code of whoever invited one. */
  readonly invitation?: string | undefined;
};

/** Buttons of those by whom one can sign in; nothing where none is set up. */
export function OtherWays({ signingUp = false, invitation }: OtherWaysProps) {
  const t = useAccessWords();
  const { data } = useOperation('signIn.options');
  const queries = useQueryClient();
  const [going, setGoing] = useState<string>();
  const [error, setError] = useState<Error>();
  const [entering, setEntering] = useState<Option>();
  const options = (data?.data ?? []).filter(({ signUp }) => signUp || !signingUp);
  const passkeys = !signingUp && data?.passkeys === true && browserSupportsWebAuthn();
  const organisations = !signingUp && data?.organisations === true;
  if (options.length === 0 && !passkeys && !organisations) return null;

  const go = async (option: Option): Promise<void> => {
    const { id } = option;
    if (option.byPassword) {
      setEntering(option);
      return;
    }
    setGoing(id);
    setError(undefined);
    try {
      const { url } = await api.call('signIn.begin', {
        body: { methodId: id, ...(invitation !== undefined && { invitation }) },
      });
      location.assign(url);
    } catch (thrown) {
      setError(errorOf(thrown));
      setGoing(undefined);
    }
  };
  const enter = async (): Promise<void> => {
    setGoing('passkey');
    setError(undefined);
    try {
      const begun = await api.call('session.beginPasskey');
      const signed = await startAuthentication({ optionsJSON: requestOptionsSchema.parse(begun.options) });
      const body = { flow: begun.flow, response: assertionOf(signed) };
      await signedInAs(queries, await api.call('session.createByPasskey', { body }));
    } catch (thrown) {
      setError(errorOf(thrown));
      setGoing(undefined);
    }
  };
  if (entering !== undefined)
    return (
      <div className="mt-5 border-t border-line pt-4">
        <DirectoryWay methodId={entering.id} name={entering.name} onBack={() => setEntering(undefined)} />
      </div>
    );
  return (
    <div className="mt-5 grid gap-2 border-t border-line pt-4">
      {error !== undefined && <ErrorNotice title={t('notSignedIn')} error={error} />}
      {passkeys && (
        <Button
          icon={Fingerprint}
          className="w-full"
          busy={going === 'passkey'}
          isDisabled={going !== undefined && going !== 'passkey'}
          onPress={() => void enter()}
        >
          {t('byPasskey')}
        </Button>
      )}
      {organisations && <OrganisationWay />}
      {options.map((option) => (
        <Button
          key={option.id}
          className="w-full"
          busy={going === option.id}
          isDisabled={going !== undefined && going !== option.id}
          onPress={() => void go(option)}
        >
          {t('goOnWith', { name: option.name })}
        </Button>
      ))}
    </div>
  );
}
