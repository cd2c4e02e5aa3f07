import { parseObject } from '@tollgate/wire/json/fields';
import { inputTokens, outputTokens } from '@tollgate/wire/ir/usage';
import { readLiveInput, readLiveOutput, withLiveModel } from '@tollgate/wire/protocols/gemini/live';
import type { JsonObject } from '@tollgate/wire/protocol';
import { decodeText } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';
import { fillPlain } from '../../providers/path.ts';
import { refuseBlockedIn } from '../../relay/admit/blocked-words.ts';
import { prepare } from '../../relay/plan/targets.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { SocketProbe, StepEstimate } from '../../relay/socket-exchange.ts';
import { refuseNamed } from '../shared/foreign-resources.ts';
import { readSessionFrame } from '../shared/session-frame.ts';
import { openLiveMeter } from './meter.ts';
import { firstStep } from './setup.ts';

/** The estimate is not made anew for less. */
const notableTokens = 500;

/** Watches a session of the Live API: what each turn used, and what the next one may. */
export function openLiveProbe(deps: RelayDeps, context: Planned, candidate: Candidate): SocketProbe {
  const meter = openLiveMeter(candidate.upstreamModel);
  let isOpen = false;
  let step: StepEstimate = { inputEstimate: context.summary.inputEstimate, maxOutputTokens: mostOf(context) };
  /** Tokens of the conversation as last reported, and what came since. */
  let known = context.summary.inputEstimate;
  let since = 0;
  let asked = false;

  const estimate = (): void => {
    const input = known + since;
    if (Math.abs(input - step.inputEstimate) >= notableTokens)
      step = { inputEstimate: input, maxOutputTokens: step.maxOutputTokens };
  };
  const see = (message: JsonObject): void => {
    const told = readLiveOutput(message);
    meter.see(told, message);
    if (told.speaks || told.ends) asked = false;
    if (told.usage) {
      known = inputTokens(told.usage) + outputTokens(told.usage);
      since = 0;
      estimate();
    }
    if (told.handle !== undefined) remember(deps, context, candidate, told.handle);
  };

  return {
    fromClient(frame) {
      const message = readSessionFrame(frame);
      refuseBlockedIn(deps, context, message);
      if (!isOpen) {
        isOpen = true;
        return JSON.stringify(withLiveModel(message, modelAt(candidate)));
      }
      const input = readLiveInput(message);
      if (input.isSetup)
        throw new Refusal('invalid_request', 'The session is set up already. Open another one.', { param: 'setup' });
      refuseNamed(context, input.resources);
      if (input.asks) asked = true;
      since += input.tokens;
      estimate();
      return frame;
    },
    fromUpstream(frame) {
      const message = parseObject(typeof frame === 'string' ? frame : decodeText(frame));
      if (message) see(message);
      return frame;
    },
    get meaningful() {
      return meter.meaningful;
    },
    get busy() {
      return asked || meter.speaking;
    },
    get usage() {
      return meter.usage;
    },
    get servedAs() {
      return meter.servedAs;
    },
    get outputEstimate() {
      return meter.outputEstimate;
    },
    get step() {
      return step;
    },
    get whole() {
      return meter.whole;
    },
    charged: meter.charged,
    // What goes wrong, the close frame says.
    error: undefined,
  };
}

/** A session can be gone on with where it was held, by its owner. */
function remember({ conversations }: RelayDeps, { key }: Planned, { target }: Candidate, handle: string): void {
  const account = { channelId: target.channel.id, credential: target.credential.index };
  conversations.rememberAccount(key.user.id, [handle], account);
}

/** What a generation may put out, as far as anybody says. */
const mostOf = ({ summary }: Planned): number => summary.maxOutputTokens ?? firstStep.maxOutputTokens;

/** How the candidate's vendor has the model named within a session. */
function modelAt({ target: { channel, credential }, upstreamModel, dialect }: Candidate): string {
  const { settings } = prepare(channel, credential, upstreamModel);
  return fillPlain(dialect.modelPath ?? 'models/{model}', { model: upstreamModel, settings });
}
