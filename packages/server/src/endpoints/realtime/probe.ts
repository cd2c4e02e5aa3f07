import { isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import { addUp, type ServedPart } from '@tollgate/wire/ir/served-as';
import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import { readMediaUsage } from '@tollgate/wire/protocols/openai-media/usage';
import { readRealtimeUsage } from '@tollgate/wire/protocols/openai-realtime/usage';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { SocketProbe, StepEstimate } from '../../relay/socket-exchange.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import { readClientEvent, transcriberOf } from './client-events.ts';

/** What a session is taken to begin with, before anything is known of it: instructions, and what the provider adds. */
export const firstStep = { inputEstimate: 2000, maxOutputTokens: 4096 } as const satisfies StepEstimate;

/** The estimate is not made anew for less. */
const notableTokens = 500;

/** Nearly every event names its type first, or after its own id. */
const typeOf = /^\{\s*(?:"event_id"\s*:\s*"[^"]*"\s*,\s*)?"type"\s*:\s*"([^"]+)"/;

const read: ReadonlySet<string> = new Set([
  'session.created',
  'session.updated',
  'response.created',
  'response.done',
  'conversation.item.input_audio_transcription.completed',
  'response.output_text.delta',
  'response.text.delta',
  'response.output_audio_transcript.delta',
  'response.audio_transcript.delta',
]);

/** Watches a session of the Realtime API: what each response used, and what the next one may. */
export function openRealtimeProbe(deps: Pick<RelayDeps, 'log'>, context: Planned, candidate: Candidate): SocketProbe {
  const parts = new Map<string | undefined, Usage>();
  const session: { usage: Usage | undefined; served: readonly ServedPart[] } = { usage: undefined, served: [] };
  let step: StepEstimate = firstStep;
  /** Tokens of the conversation as last reported, and what came since. */
  let known: number = firstStep.inputEstimate;
  let since = 0;
  let most: number = firstStep.maxOutputTokens;
  let asked = 0;
  let running = 0;
  let meaningful = false;
  let whole = false;
  let outputEstimate = 0;
  let transcriber: string | undefined;
  const onlyWrites = context.call.endpoint.operation === 'transcription-sessions';

  const estimate = (): void => {
    const input = known + since;
    if (Math.abs(input - step.inputEstimate) >= notableTokens || most !== step.maxOutputTokens)
      step = { inputEstimate: input, maxOutputTokens: most };
  };
  const note = (usage: Usage | undefined, model?: string): void => {
    if (!usage) return;
    const before = parts.get(model);
    parts.set(model, before ? addUp([before, usage]) : usage);
    session.served = [...parts].map(([name, its]) => ({ usage: its, model: name }));
    session.usage = addUp([...parts.values()]);
    meaningful = true;
  };

  const responseDone = (response: JsonObject): void => {
    running = Math.max(0, running - 1);
    const usage = readRealtimeUsage(response['usage']);
    note(usage);
    if (!usage) return;
    whole = true;
    known = inputTokens(usage) + outputTokens(usage);
    since = 0;
    estimate();
  };

  const see = (type: string, json: JsonObject): void => {
    if (type === 'response.created') {
      asked = Math.max(0, asked - 1);
      running++;
    } else if (type === 'response.done') responseDone(objectAt(json, 'response') ?? {});
    else if (type.startsWith('session.')) {
      const now = objectAt(json, 'session') ?? {};
      transcriber = transcriberOf(now) ?? transcriber;
      since += type === 'session.created' ? Math.ceil(JSON.stringify(now).length / 4) : 0;
      estimate();
    } else if (type.endsWith('transcription.completed')) {
      const usage = readMediaUsage(json['usage'], { input: 'inputAudio', output: 'outputText' });
      // Where nobody answers, it is the session's own model that writes, and each piece is paid as it comes.
      note(usage, onlyWrites ? undefined : transcriber);
      if (!onlyWrites || !usage) return;
      whole = true;
      since = 0;
      estimate();
    } else {
      meaningful = true;
      outputEstimate += Math.ceil((textAt(json, 'delta') ?? '').length / 4);
    }
  };

  return {
    fromClient(frame) {
      const event = readClientEvent(deps, context, candidate, frame);
      if (event.asks) asked++;
      if (event.transcriber !== undefined) transcriber = event.transcriber;
      if (event.maxOutputTokens !== undefined) most = Math.min(event.maxOutputTokens, firstStep.maxOutputTokens);
      since += event.tokens;
      estimate();
      return event.frame;
    },
    fromUpstream(frame) {
      if (typeof frame !== 'string') return frame;
      const type = typeOf.exec(frame.slice(0, 300))?.[1];
      // What was asked for is not to be had.
      if (type === 'error') asked = 0;
      if (type === undefined || read.has(type)) {
        const json = parsed(frame);
        const named = json && textAt(json, 'type');
        if (json && named !== undefined && read.has(named)) see(named, json);
      }
      return frame;
    },
    get meaningful() {
      return meaningful;
    },
    get busy() {
      return asked + running > 0;
    },
    get usage() {
      return session.usage;
    },
    get servedAs() {
      return session.served.length > 0 ? { parts: session.served } : undefined;
    },
    get outputEstimate() {
      return outputEstimate;
    },
    get step() {
      return step;
    },
    get whole() {
      return whole;
    },
    charged() {
      whole = false;
      meaningful = false;
      outputEstimate = 0;
      parts.clear();
      session.usage = undefined;
      session.served = [];
    },
    // Nearly all that goes wrong leaves the session standing, and is the client's to hear.
    error: undefined,
  };
}

function parsed(frame: Frame): JsonObject | undefined {
  try {
    const json = JSON.parse(frame as string) as Json;
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
