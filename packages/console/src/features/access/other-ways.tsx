import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import { useAccessWords } from './words.ts';

type Option = Answer<'signIn.options'>['data'][number];

/** Buttons of those by whom one can sign in; nothing where none is set up. */
export function OtherWays({ signingUp = false }: { readonly signingUp?: boolean }) {
  const t = useAccessWords();
  const { data } = useOperation('signIn.options');
  const [going, setGoing] = useState<string>();
  const [error, setError] = useState<Error>();
  const options = (data?.data ?? []).filter(({ signUp }) => signUp || !signingUp);
  if (options.length === 0) return null;

  const go = async ({ id }: Option): Promise<void> => {
    setGoing(id);
    setError(undefined);
    try {
      const { url } = await api.call('signIn.begin', { body: { methodId: id } });
      location.assign(url);
    } catch (thrown) {
      setError(errorOf(thrown));
      setGoing(undefined);
    }
  };
  return (
    <div className="mt-5 grid gap-2 border-t border-line pt-4">
      {error !== undefined && <ErrorNotice title={t('notSignedIn')} error={error} />}
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
