import { ClipboardCopy, RotateCw } from 'lucide-react';
import { ApiError } from '../../lib/client.ts';
import { language } from '../../lib/i18n.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { useCopy } from './use-copy.ts';
import { useUiWords } from './words.ts';

type ErrorProps = { readonly title: string; readonly error: Error; readonly focus?: boolean };

/** What failed, in the gateway's own words, with the id that finds it in the logs. */
export function ErrorNotice({ title, error, focus }: ErrorProps) {
  return (
    <Notice tone="danger" title={title} focus={focus}>
      <ErrorWords error={error} />
    </Notice>
  );
}

function ErrorWords({ error }: { readonly error: Error }) {
  const t = useUiWords();
  if (!(error instanceof ApiError)) return <p>{error.message}</p>;
  return (
    <>
      <p>{error.status === 0 ? t('error.noAnswer') : error.message}</p>
      {error.code === 'forbidden' && <p>{t('error.forbidden')}</p>}
      {error.requestId !== undefined && (
        <p className="mt-0.5 font-mono text-xs text-muted">
          {error.code} · {error.requestId}
        </p>
      )}
    </>
  );
}

/** In the place of what could not be read: what failed, again, and what helps whoever is asked for help. */
export function ErrorState({
  title,
  error,
  onRetry,
  busy,
}: ErrorProps & { readonly onRetry?: () => void; readonly busy?: boolean }) {
  const t = useUiWords();
  const [outcome, copy] = useCopy();
  return (
    <div className="p-4">
      <Notice
        tone="danger"
        title={title}
        actions={
          <>
            {onRetry !== undefined && (
              <Button size="small" icon={RotateCw} busy={busy ?? false} onPress={onRetry}>
                {t('retry')}
              </Button>
            )}
            <Button
              size="small"
              look="quiet"
              icon={ClipboardCopy}
              onPress={() => void copy(diagnosticsOf(title, error))}
            >
              {outcome === 'copied' ? t('copied') : t('error.diagnostics')}
            </Button>
          </>
        }
      >
        <ErrorWords error={error} />
      </Notice>
    </div>
  );
}

/** What somebody who helps must know, without anything that is secret. */
export function diagnosticsOf(title: string, error: Error): string {
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ['what', title],
    ['message', error.message],
    ...(error instanceof ApiError
      ? ([
          ['status', error.status],
          ['code', error.code],
          ['param', error.param],
          ['request', error.requestId],
        ] as const)
      : ([['stack', error.stack]] as const)),
    ['page', window.location.pathname],
    ['at', new Date().toISOString()],
    ['language', language()],
    ['browser', navigator.userAgent],
  ];
  return facts.flatMap(([term, value]) => (value === undefined ? [] : [`${term}: ${value}`])).join('\n');
}
