import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react';
import { useOperation } from '../../lib/operations.ts';
import { Link } from '../ui/link.tsx';
import { useSnippetWords } from './words.ts';

/** A line that waits for the first request of a new key, and then leads to what happened to it. */
export function FirstRequest({ keyId }: { readonly keyId: string }) {
  const t = useSnippetWords();
  const list = useOperation('requests.list', { query: { keyId, limit: 1 } });
  const first = list.data?.data.at(-1);
  // A second subscriber of the same answer, which asks until there is one.
  useOperation('requests.list', { query: { keyId, limit: 1 } }, { enabled: first === undefined, refreshMs: 2000 });
  const [Icon, ink] =
    first === undefined
      ? ([LoaderCircle, 'animate-spin text-accent motion-reduce:animate-none'] as const)
      : first.status < 400
        ? ([CircleCheck, 'text-good'] as const)
        : ([CircleAlert, 'text-danger'] as const);
  return (
    <p role="status" className="flex flex-wrap items-center gap-x-2 border-y border-line py-3">
      <Icon aria-hidden className={`size-4 ${ink}`} />
      {first === undefined ? (
        <span className="text-muted">{t('first.waiting')}</span>
      ) : (
        <>
          {t('first.arrived', { model: first.model, status: String(first.status) })}
          <Link to="/requests/$id" params={{ id: first.id }}>
            {t('first.see')}
          </Link>
        </>
      )}
    </p>
  );
}
