import { CodeBlock } from '../../components/ui/code-block.tsx';
import { Link } from '../../components/ui/link.tsx';
import { useAccessWords } from './words.ts';

/** Without mail there is one way to a new password: the one-time link of an administrator, and how to get one. */
export default function ForgotPage() {
  const t = useAccessWords();
  return (
    <>
      <h2 className="text-lg font-semibold">{t('forgot.title')}</h2>
      <p className="mt-1.5 text-muted">{t('forgot.what')}</p>
      <p className="mt-4 mb-2 text-muted">{t('forgot.alone')}</p>
      <CodeBlock label={t('forgot.command')} text="bin/tollgate reset-password you@example.com" />
      <p className="mt-5 border-t border-line pt-4 text-small">
        <Link to="/">{t('backToSignIn')}</Link>
      </p>
    </>
  );
}
