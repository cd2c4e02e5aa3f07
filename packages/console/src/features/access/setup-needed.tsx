import { CodeBlock } from '../../components/ui/code-block.tsx';
import { useAccessWords } from './words.ts';

/** Without the token nobody can become root; this says where it is. */
export function SetupNeeded() {
  const t = useAccessWords();
  return (
    <>
      <h2 className="text-lg font-semibold">{t('setup.oneStep')}</h2>
      <p className="mt-1.5 text-muted">{t('setup.openLink')}</p>
      <p className="mt-4 mb-2 text-muted">{t('setup.noOutput')}</p>
      <CodeBlock label={t('setup.command')} text="bin/tollgate setup --email you@example.com --password …" />
    </>
  );
}
