import { describe, expect, test } from 'bun:test';
import type { RequestView } from './request-view.ts';
import { overheadOf, spansOf, stepsOf } from './steps.ts';

const attempt = (given: Partial<RequestView['attempts'][number]>): RequestView['attempts'][number] => ({
  channelId: 'ch_1',
  credential: 0,
  status: 200,
  cause: 'ok',
  durationMs: 100,
  startedMs: 1,
  connectMs: null,
  headMs: 40,
  ...given,
});

const request = (given: Partial<RequestView>): RequestView =>
  ({
    steps: { identifiedMs: 0.1, inspectedMs: 0.3, plannedMs: 0.5, admittedMs: 0.8 },
    attempts: [],
    ttftMs: 0,
    totalMs: 102,
    ...given,
  }) as RequestView;

const kinds = (one: RequestView): readonly string[] => stepsOf(one).map(({ kind }) => kind);

describe('the time of a request', () => {
  test('begins with the steps of the gateway, one after the other', () => {
    const steps = stepsOf(request({ attempts: [attempt({})] }));
    expect(steps.slice(0, 4)).toEqual([
      { kind: 'auth', fromMs: 0, toMs: 0.1 },
      { kind: 'read', fromMs: 0.1, toMs: 0.3 },
      { kind: 'routing', fromMs: 0.3, toMs: 0.5 },
      { kind: 'limits', fromMs: 0.5, toMs: 0.8 },
    ]);
  });

  test('an attempt connects, waits and streams; what is left is settling', () => {
    const steps = stepsOf(request({ attempts: [attempt({ connectMs: 12 })], ttftMs: 47 }));
    expect(steps.slice(4)).toEqual([
      { kind: 'attempt', attempt: 0, fromMs: 1, toMs: 101 },
      { kind: 'connect', attempt: 0, fromMs: 1, toMs: 13 },
      { kind: 'wait', attempt: 0, fromMs: 13, toMs: 41 },
      { kind: 'stream', attempt: 0, fromMs: 41, toMs: 101, firstTokenMs: 47 },
      { kind: 'settle', fromMs: 101, toMs: 102 },
    ]);
  });

  test('each attempt has its own, and the first token belongs to the last', () => {
    const steps = stepsOf(
      request({
        attempts: [
          attempt({ status: 503, cause: 'server_error', durationMs: 30, headMs: 29 }),
          attempt({ startedMs: 32, durationMs: 60 }),
        ],
        ttftMs: 75,
      }),
    );
    expect(steps.filter(({ kind }) => kind === 'attempt').map(({ fromMs }) => fromMs)).toEqual([1, 32]);
    expect(steps.filter(({ firstTokenMs }) => firstTokenMs !== undefined)).toMatchObject([{ attempt: 1 }]);
  });

  test('one that got no answer only waited', () => {
    expect(kinds(request({ attempts: [attempt({ status: 0, cause: 'connect', headMs: null })] })).slice(4)).toEqual([
      'attempt',
      'wait',
      'settle',
    ]);
  });

  test('a refused request ends with the step that refused it', () => {
    const refused = request({ steps: { identifiedMs: 0.2, inspectedMs: 0, plannedMs: 0, admittedMs: 0 } });
    expect(kinds(refused)).toEqual(['auth']);
  });

  test('a step that took no time is one nevertheless', () => {
    const quick = request({ steps: { identifiedMs: 0, inspectedMs: 0.1, plannedMs: 0, admittedMs: 0 } });
    expect(kinds(quick)).toEqual(['auth', 'read']);
  });

  test('of an old request only what was noted', () => {
    expect(stepsOf(request({ steps: null, attempts: [attempt({ startedMs: null })] }))).toEqual([]);
    expect(overheadOf(request({ attempts: [attempt({ startedMs: null })] }))).toBeUndefined();
  });

  test('the gateway’s own time is what no attempt took', () => {
    expect(overheadOf(request({ attempts: [attempt({})] }))).toBe(2);
    expect(overheadOf(request({}))).toBeUndefined();
  });

  test('as bars, a failed attempt is one', () => {
    const words = { of: ({ kind }: { readonly kind: string }) => kind, firstToken: 'First token' };
    const bars = spansOf(request({ attempts: [attempt({ cause: 'server_error', status: 500 })], ttftMs: 50 }), words);
    expect(bars.find(({ id }) => id.startsWith('attempt'))).toMatchObject({ tone: 'danger', detail: '100 ms' });
    expect(bars.find(({ id }) => id.startsWith('stream'))?.marks).toEqual([{ atMs: 50, label: 'First token' }]);
  });
});
