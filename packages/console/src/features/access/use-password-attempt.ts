import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { signedInAs } from '../../lib/session.ts';
import { wantsCode } from './enter-code.tsx';
import { useCaptcha, wantsCaptcha } from './use-captcha.tsx';

type Signed = Parameters<typeof signedInAs>[1];

export type PasswordAttempt = {
  /** Sends a name and a password, with the captcha's answer where there is one. Throws what it was refused for, but for a code that is wanted. */
  readonly attempt: (send: (answer: { readonly captcha?: string }) => Promise<Signed>) => Promise<void>;
  /** The captcha, once it was asked for. */
  readonly captcha: ReactNode;
  /** A second factor is asked for. */
  readonly challenged: boolean;
  readonly endChallenge: () => void;
};

/** Signing in by a password, whoever knows it: who must show more is asked for that. */
export function usePasswordAttempt(): PasswordAttempt {
  const queries = useQueryClient();
  const captcha = useCaptcha();
  const [asked, setAsked] = useState(false);
  const [challenged, setChallenged] = useState(false);
  return {
    attempt: async (send) => {
      try {
        await signedInAs(queries, await send(captcha.answer === undefined ? {} : { captcha: captcha.answer }));
      } catch (thrown) {
        captcha.again();
        if (wantsCaptcha(thrown)) setAsked(true);
        if (!wantsCode(thrown)) throw thrown;
        setChallenged(true);
      }
    },
    captcha: asked && captcha.drawn,
    challenged,
    endChallenge: () => setChallenged(false),
  };
}
