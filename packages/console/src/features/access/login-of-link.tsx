import { useAccessWords } from './words.ts';

/** Whose password is set, as far as the link says: shown, and told to password managers, which store the password under it. */
export function LoginOfLink({ login }: { readonly login: string }) {
  const t = useAccessWords();
  if (login === '') return null;
  return (
    <>
      <input type="text" autoComplete="username" value={login} readOnly hidden />
      <p className="text-muted wrap-anywhere">{t('reset.of', { login })}</p>
    </>
  );
}
