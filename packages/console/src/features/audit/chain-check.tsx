import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useAuditWords } from './words.ts';

/** Whether the log is as it was written: follows the whole chain when it is shown. */
export function ChainCheck() {
  const t = useAuditWords();
  const chain = useOperation('audit.verify', {}, { freshMs: 0 });
  const verdict = chain.data;
  if (verdict === undefined)
    return chain.error === null ? null : <ErrorNotice title={t('chain.unread')} error={chain.error} />;
  const { problems, entries, head, unchained, sealedTo } = verdict;
  if (problems.length > 0)
    return (
      <Notice tone="danger" title={t('chain.broken')}>
        <ul>
          {problems.map(({ seq, kind }) => (
            <li key={`${kind} ${seq}`}>{t(`chain.${kind}`, { seq })}</li>
          ))}
        </ul>
      </Notice>
    );
  return (
    <Notice tone="good" title={t('chain.whole')}>
      <p className="wrap-anywhere">{t('chain.wholeWhat', { count: entries, hash: head.hash })}</p>
      {sealedTo !== null && <p>{t('chain.sealedTo', { seq: sealedTo })}</p>}
      {unchained > 0 && <p>{t('chain.older', { count: unchained })}</p>}
    </Notice>
  );
}
