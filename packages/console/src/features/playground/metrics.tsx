import { Link } from '../../components/ui/link.tsx';
import { count, duration } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import type { Answer } from './conversation.ts';
import { usePlaygroundWords } from './words.ts';

/** Tokens of output a second, from the first byte on; undefined where that cannot be told. */
export function speedOf({ outputTokens, ttftMs, totalMs }: Answer): number | undefined {
  if (outputTokens === undefined || ttftMs === undefined || totalMs === undefined) return undefined;
  const writingMs = totalMs - ttftMs;
  return writingMs < 50 || outputTokens < 2 ? undefined : (outputTokens * 1000) / writingMs;
}

/** How long an answer took, how fast it was, and what it cost. */
export function Metrics({ answer }: { readonly answer: Answer }) {
  const t = usePlaygroundWords();
  const { ttftMs, totalMs, inputTokens, outputTokens, amountNanos, requestId, finish, state } = answer;
  const speed = speedOf(answer);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-muted">
      {ttftMs !== undefined && <span title={t('ttftWhat')}>{t('ttft', { time: duration(Math.round(ttftMs)) })}</span>}
      {totalMs !== undefined && <span>{duration(Math.round(totalMs))}</span>}
      {speed !== undefined && <span>{t('speed', { count: Math.round(speed) })}</span>}
      {inputTokens !== undefined && outputTokens !== undefined && (
        <span title={t('tokensWhat')}>{t('tokens', { input: count(inputTokens), output: count(outputTokens) })}</span>
      )}
      {amountNanos !== undefined && <span className="text-ink">{usd(BigInt(amountNanos))}</span>}
      {amountNanos === undefined && state === 'stopped' && requestId !== undefined && (
        <span title={t('chargeFollowsWhat')}>{t('chargeFollows')}</span>
      )}
      {finish === 'length' && <span className="text-warn">{t('cutByLength')}</span>}
      {requestId !== undefined && totalMs !== undefined && (
        <Link to="/requests/$id" params={{ id: requestId }}>
          {t('viewRequest')}
        </Link>
      )}
    </p>
  );
}
