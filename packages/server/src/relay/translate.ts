import type { EventReader, EventWriter, WriteContext } from '@tollgate/wire/ir/codec';
import type { Loss } from '@tollgate/wire/ir/loss';
import type { IrRequest } from '@tollgate/wire/ir/request';
import { readFrames } from '@tollgate/wire/json/sse';
import { openArrayFraming } from '@tollgate/wire/protocols/gemini/array-framing';
import type { ErrorWords, Json, JsonObject, Look } from '@tollgate/wire/protocol';
import type { Candidate, Journey } from './journey.ts';
import { kitOf } from './protocols.ts';
import { Refusal } from './refusal.ts';

/** A request on the translating lane: what goes upstream, and what is needed to turn the answer back. */
export type Translated = { readonly body: JsonObject; readonly request: IrRequest; readonly losses: readonly Loss[] };

/**
 * Writes the client's request in the upstream's protocol. A client that asked for strictness
 * (`x-tollgate-strict: true`) is refused rather than served with something missing.
 */
export function translateRequest(journey: Journey, look: Look, candidate: Candidate): Translated {
  const { call } = journey;
  const { ingress } = kitOf(call.protocol.id);
  const { egress } = kitOf(candidate.dialect.protocol);
  if (!ingress || !egress) throw new Error(`no codec between ${call.protocol.id} and ${candidate.dialect.protocol}`);
  const read = ingress.readRequest(journey.json, { operation: call.operation, model: look.model, stream: look.stream });
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  const { models } = journey.snapshot;
  const known = models.get(look.model) ?? models.get(candidate.upstreamModel);
  const written = egress.writeRequest(read.value, {
    model: candidate.upstreamModel,
    maxOutputTokens: known?.maxOutputTokens,
  });
  const losses = [...read.losses, ...written.losses];
  if (losses.length > 0 && call.request.headers.get('x-tollgate-strict') === 'true')
    throw new Refusal(
      'conversion_loss',
      `Strict mode: this request cannot be translated whole (${describe(losses)}).`,
      {
        param: losses[0]?.path ?? null,
      },
    );
  return { body: written.value, request: read.value, losses };
}

const maxHeaderLength = 1000;

/** The losses as `x-tollgate-conversion-loss` tells them: `path;kind`, separated by commas. */
export const lossHeader = (losses: readonly Loss[]): string => describe(losses).slice(0, maxHeaderLength);

const describe = (losses: readonly Loss[]): string =>
  losses.map((loss) => `${loss.path.replaceAll(/[^\w.[\]-]/g, '_')};${loss.kind}`).join(', ');

const contextOf = (journey: Journey, look: Look, request: IrRequest): WriteContext => ({
  requestId: journey.call.id,
  model: look.model,
  created: Math.floor(journey.at / 1000),
  operation: journey.call.operation,
  wantsUsage: look.wantsUsage,
  inputEstimate: look.inputEstimate,
  request,
  framing: journey.call.framing,
});

/** A whole answer in the client's protocol; undefined when the upstream's cannot be read after all. */
export function translateAnswer(
  journey: Journey,
  look: Look,
  candidate: Candidate,
  request: IrRequest,
  json: Json,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } | undefined {
  const { ingress } = kitOf(journey.call.protocol.id);
  const { egress } = kitOf(candidate.dialect.protocol);
  const answer = egress?.readResponse(json, { requestId: journey.call.id, readUsage: candidate.dialect.usage });
  if (!ingress || !answer || 'failure' in answer) return undefined;
  const { value, losses } = ingress.writeResponse(answer, contextOf(journey, look, request));
  return { body: value, losses };
}

/** Turns an upstream's stream into the client's, as it comes. */
export type Translator = {
  /** Whole frames of the upstream's in, the client's bytes out; undefined when they become nothing yet. */
  push(chunk: Uint8Array): Uint8Array | undefined;
  /** The upstream's answer is complete. */
  end(): Uint8Array | undefined;
  /** The stream broke; no success terminator follows. */
  fail(words: ErrorWords): Uint8Array;
};

/**
 * What stands between an upstream's stream and the client's: a translation, or on the same lane nothing, but for
 * Gemini's clients that want a JSON array where upstreams are always asked for events.
 */
export function openTurner(
  journey: Journey,
  look: Look,
  candidate: Candidate,
  translated: Translated | undefined,
): Translator | undefined {
  if (translated) return openTranslator(journey, look, candidate, translated.request);
  if (journey.call.framing === 'sse') return undefined;
  const framing = openArrayFraming();
  return { push: framing.push, end: framing.end, fail: (words) => framing.fail(words, journey.call.id) };
}

function openTranslator(journey: Journey, look: Look, candidate: Candidate, request: IrRequest): Translator {
  const { ingress } = kitOf(journey.call.protocol.id);
  const { egress } = kitOf(candidate.dialect.protocol);
  if (!ingress || !egress)
    throw new Error(`no codec between ${journey.call.protocol.id} and ${candidate.dialect.protocol}`);
  const frames = readFrames();
  const reader: EventReader = egress.readEvents({ requestId: journey.call.id, readUsage: candidate.dialect.usage });
  const writer: EventWriter = ingress.writeEvents(contextOf(journey, look, request));
  const encoder = new TextEncoder();
  const bytes = (text: string): Uint8Array | undefined => (text === '' ? undefined : encoder.encode(text));
  return {
    push(chunk) {
      let text = '';
      for (const frame of frames.push(chunk)) for (const event of reader.read(frame)) text += writer.write(event);
      return bytes(text);
    },
    end() {
      let text = '';
      for (const frame of frames.end()) for (const event of reader.read(frame)) text += writer.write(event);
      for (const event of reader.end()) text += writer.write(event);
      return bytes(text);
    },
    fail: (words) => encoder.encode(writer.fail(words)),
  };
}
