import type { Span } from '../../components/charts/marks.tsx';
import { fineDuration } from '../../lib/format.ts';
import type { RequestView } from './request-view.ts';

/** What a stretch of a request's time was spent on. */
export type StepKind = 'auth' | 'read' | 'routing' | 'limits' | 'attempt' | 'connect' | 'wait' | 'stream' | 'settle';

export type Step = {
  readonly kind: StepKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** The attempt that it belongs to, counted from 0. */
  readonly attempt?: number;
  /** When the first token was written, of the attempt that wrote it. */
  readonly firstTokenMs?: number;
};

/** What happened when, ms after the receipt, on one axis; only what was noted. Pure. */
export function stepsOf({ steps, attempts, totalMs, ttftMs }: RequestView): readonly Step[] {
  const found: Step[] = [];
  let reached = 0;
  if (steps !== null) {
    const own = [
      ['auth', steps.identifiedMs],
      ['read', steps.inspectedMs],
      ['routing', steps.plannedMs],
      ['limits', steps.admittedMs],
    ] as const;
    // 0 is a step that was not reached; or that took no time, before one that was.
    for (const [kind, at] of own.slice(0, own.findLastIndex(([, at]) => at > 0) + 1)) {
      found.push({ kind, fromMs: reached, toMs: at });
      reached = at;
    }
  }
  let end = reached;
  attempts.forEach((one, attempt) => {
    if (one.startedMs === null) return;
    const last = attempt === attempts.length - 1;
    const from = one.startedMs;
    const connected = from + (one.connectMs ?? 0);
    end = from + one.durationMs;
    found.push({ kind: 'attempt', attempt, fromMs: from, toMs: end });
    if (one.connectMs !== null) found.push({ kind: 'connect', attempt, fromMs: from, toMs: connected });
    const head = one.headMs === null ? end : from + one.headMs;
    found.push({ kind: 'wait', attempt, fromMs: connected, toMs: head });
    if (one.headMs !== null && end > head)
      found.push({
        kind: 'stream',
        attempt,
        fromMs: head,
        toMs: end,
        ...(last && ttftMs > 0 && { firstTokenMs: ttftMs }),
      });
  });
  // Where the request was refused before anything was asked, what is left is not worth a bar.
  if (found.some(({ kind }) => kind === 'attempt') && totalMs > end)
    found.push({ kind: 'settle', fromMs: end, toMs: totalMs });
  return found;
}

/** What the gateway itself took: all of the time that no attempt was under way. */
export function overheadOf({ attempts, totalMs }: RequestView): number | undefined {
  if (attempts.length === 0 || attempts.some(({ startedMs }) => startedMs === null)) return undefined;
  return Math.max(0, totalMs - attempts.reduce((sum, { durationMs }) => sum + durationMs, 0));
}

const tones: Readonly<Record<StepKind, NonNullable<Span['tone']>>> = {
  auth: 'muted',
  read: 'muted',
  routing: 'muted',
  limits: 'muted',
  attempt: 'accent',
  connect: 'warn',
  wait: 'muted',
  stream: 'good',
  settle: 'muted',
};

type SpanWords = {
  of(step: Step): string;
  readonly firstToken: string;
};

/** The steps as bars. */
export const spansOf = (request: RequestView, words: SpanWords): readonly Span[] =>
  stepsOf(request).map((step) => {
    const { kind, attempt, fromMs, toMs, firstTokenMs } = step;
    const failed = kind === 'attempt' && request.attempts[attempt ?? 0]?.cause !== 'ok';
    return {
      id: `${kind} ${attempt ?? ''}`,
      label: words.of(step),
      fromMs,
      toMs,
      tone: failed ? 'danger' : tones[kind],
      inner: attempt !== undefined && kind !== 'attempt',
      detail: fineDuration(toMs - fromMs),
      ...(firstTokenMs !== undefined && { marks: [{ atMs: firstTokenMs, label: words.firstToken }] }),
    };
  });
