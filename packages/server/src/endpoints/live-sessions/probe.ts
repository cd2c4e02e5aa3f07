import { objectAt, parseObject, textAt } from '@tollgate/wire/json/fields';
import { addUp, readTier, type ServedAs } from '@tollgate/wire/ir/served-as';
import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import { readLiveReport, readLiveSettings, type LiveReport } from '@tollgate/wire/protocols/openai-live/session';
import { readResponsesResources } from '@tollgate/wire/protocols/openai-responses/resources';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import type { JsonObject } from '@tollgate/wire/protocol';
import { shorten } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';
import { refuseBlockedIn } from '../../relay/admit/blocked-words.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { SocketProbe, StepEstimate } from '../../relay/socket-exchange.ts';
import { refuseNamed } from '../shared/foreign-resources.ts';
import { readSessionFrame } from '../shared/session-frame.ts';
import { secondsAhead } from './step.ts';

/** The events of the server's that are read; there are many more, most of them sound. */
const read =
  /"type"\s*:\s*"(?:session\.started|session\.usage\.updated|session\.closed|response\.event|decision\.event)"/;

/** The estimate is not made anew for less. */
const notableTokens = 500;

/**
 * Watches a session of the Live API: its seconds, of which each report tells all until then, and what the models used that it
 * delegated to. It is charged a minute at a time, and whenever a delegated answer is whole.
 */
export function openLiveProbe(deps: Pick<RelayDeps, 'log'>, context: Planned, candidate: Candidate): SocketProbe {
  const { summary } = context;
  let isOpen = false;
  let running = false;
  /** Of the session so far; of it, charged. */
  let seconds = 0;
  let paidSeconds = 0;
  let delegated = new Map<string | undefined, Usage>();
  let tier: string | undefined;
  let usage: Usage | undefined;
  let servedAs: ServedAs | undefined;
  let whole = false;
  let known = summary.inputEstimate;
  let since = 0;
  let step: StepEstimate = {
    inputEstimate: summary.inputEstimate,
    maxOutputTokens: summary.maxOutputTokens,
    counted: { seconds: secondsAhead },
  };

  const estimate = (): void => {
    const inputEstimate = known + since;
    const more =
      (summary.otherModels ?? []).length > 0 && Math.abs(inputEstimate - step.inputEstimate) >= notableTokens;
    if (more) step = { ...step, inputEstimate };
  };
  const sum = (): void => {
    const own: Usage = { seconds: seconds - paidSeconds };
    const parts = [{ usage: own }, ...[...delegated].map(([model, its]) => ({ usage: its, model }))];
    usage = addUp(parts.map((part) => part.usage));
    servedAs = { parts, tier };
  };
  const note = ({ model, usage: its, tier: served }: NonNullable<LiveReport['delegated']>): void => {
    const before = delegated.get(model);
    delegated.set(model, before ? addUp([before, its]) : its);
    tier = readTier(served);
    known = inputTokens(its) + outputTokens(its);
    since = 0;
    whole = true;
    estimate();
  };
  const see = (event: JsonObject): void => {
    const report = readLiveReport(event);
    if (report.isStart) running = true;
    if (report.isEnd) running = false;
    // Events may pass each other; the session does not get shorter.
    if (report.seconds !== undefined) seconds = Math.max(seconds, report.seconds);
    if (report.delegated) note(report.delegated);
    if (seconds - paidSeconds >= secondsAhead) whole = true;
    if (report.seconds !== undefined || report.delegated) sum();
  };

  return {
    fromClient(frame) {
      const event = readSessionFrame(frame);
      refuseBlockedIn(deps, context, event);
      if (!isOpen) {
        isOpen = true;
        const session = { ...objectAt(event, 'session'), model: candidate.upstreamModel };
        return JSON.stringify({ ...event, session });
      }
      checkEvent(context, event);
      if (textAt(event, 'type') !== 'session.input_audio.append') since += estimateInput(event);
      estimate();
      return frame;
    },
    fromUpstream(frame) {
      const event = typeof frame === 'string' && read.test(frame) ? parseObject(frame) : undefined;
      if (event) see(event);
      return frame;
    },
    get meaningful() {
      return usage !== undefined;
    },
    get busy() {
      return running;
    },
    get usage() {
      return usage;
    },
    get servedAs() {
      return servedAs;
    },
    outputEstimate: 0,
    get step() {
      return step;
    },
    get whole() {
      return whole;
    },
    charged() {
      whole = false;
      paidSeconds = seconds;
      delegated = new Map();
      usage = undefined;
      servedAs = undefined;
    },
    // The last event of a session says how long it was.
    leaving: () => JSON.stringify({ type: 'session.close' }),
    error: undefined,
  };
}

/** What may not be said within a session: another one, a model that no money is set aside for, what is somebody else's. */
function checkEvent(context: Planned, event: JsonObject): void {
  if (textAt(event, 'type') === 'session.start')
    throw new Refusal('invalid_request', 'The session has begun already. Open another one.', { param: 'type' });
  const settings = readLiveSettings(objectAt(event, 'session') ?? {});
  const other = settings.delegates.find((model) => !context.summary.otherModels?.includes(model));
  if (other !== undefined)
    throw new Refusal(
      'invalid_request',
      `The session does not delegate to "${shorten(other)}". Open another one for it.`,
      {
        param: 'session.delegation',
      },
    );
  const item = objectAt(event, 'item');
  refuseNamed(context, [...settings.resources, ...(item ? readResponsesResources({ input: [item] }) : [])]);
}
