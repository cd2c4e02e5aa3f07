import type { Loss, Read } from '@tollgate/wire/ir/loss';
import { withAnsweredModel, type ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import { render } from '@tollgate/wire/json/render';
import type { Json, JsonObject, Operation, ProtocolId, UpstreamFailure } from '@tollgate/wire/protocol';
import { withModel } from '@tollgate/wire/protocols/openai-chat/edits';
import { isImplausibleAnswer } from '@tollgate/wire/protocols/implausible';
import { failureIn, readChatError } from '@tollgate/wire/protocols/openai-chat/errors';
import { causeOf } from '../../domain/causes.ts';
import type { EndpointFacts } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint, type Translation } from '../../relay/endpoint.ts';
import type { AnswerFault, Exchange, WholeAnswer, WrittenAnswer } from '../../relay/exchange.ts';
import { overridden } from '../../relay/plan/overridden.ts';
import type { Candidate, Inspected, Planned } from '../../relay/request-context.ts';
import { protocols } from '../chat/protocols.ts';
import { costlyLosses, withoutCostlyFields } from './costly-fields.ts';
import { refuseForeignResources } from './foreign-resources.ts';
import { refuseLosses } from './strictness.ts';
import { chain, upstreamRequest } from './upstream-request.ts';

/** What an answer comes to that is none: `empty` is what it lacks, `withheld` why, where it says so itself. */
export type Emptiness = { readonly empty: string; readonly withheld?: UpstreamFailure | undefined };

/** What an answer comes to. */
export type Reading =
  | {
      readonly empty?: undefined;
      /** As the provider reported it, or as it follows from the answer itself; undefined when neither says it. */
      readonly usage?: Usage | undefined;
      /** What it is taken for where `usage` is not known. */
      readonly estimate?: Usage | undefined;
      readonly servedAs?: ServedAs | undefined;
      /** See `Metered`. */
      readonly doubtful?: boolean | undefined;
      /** The answer as it is given where its bytes would not do. */
      readonly instead?: JsonObject | undefined;
    }
  | Emptiness;

/** How what is asked is said in another protocol. What it keeps of a request is in the closures. */
export type Translator = {
  /** The request for one candidate; throws a refusal where the protocol has no word for it. */
  write(context: Planned, candidate: Candidate): Read<JsonObject>;
  /** The answer in the client's words, with what was lost. */
  read(context: Planned, candidate: Candidate, json: Json): Translated | Emptiness;
};

export type Translated = Exclude<Reading, Emptiness> & {
  readonly json: JsonObject;
  readonly losses?: readonly Loss[];
};

/** A kind of request that is one JSON body in and one out. */
export type JsonEndpointSpec = Pick<EndpointFacts, 'id' | 'title' | 'routes' | 'protocol' | 'operation' | 'errors'> & {
  readonly inspect: Endpoint['inspect'];
  /** Free where nobody charges for it, whatever its price is. Default true. */
  readonly charged?: boolean;
  /** Looks into an answer whose bytes pass. */
  read(json: Json, context: Planned, candidate: Candidate): Reading;
  /** The body with the model's name upstream; by default it stands under `model`. */
  readonly withModel?: (json: JsonObject, model: string) => JsonObject;
  readonly translators?: Readonly<Partial<Record<ProtocolId, Translator>>>;
  /** What other protocols' dialects are asked for; the same by default. */
  readonly translatedTo?: Operation;
  /** The gateway's own answer, when no candidate gives one. */
  readonly fallback?: (context: Inspected) => Response;
};

/** An endpoint whose bytes pass where a provider speaks its protocol, and are translated where it speaks one of the others. */
export function jsonEndpoint(spec: JsonEndpointSpec): Endpoint {
  const {
    translators,
    translatedTo = spec.operation,
    inspect,
    charged = true,
    read,
    withModel: named = withModel,
    ...facts
  } = spec;
  const endpoint: Endpoint<undefined> = {
    ...facts,
    body: 'json',
    answers: ['json'],
    charged,
    inspect,
    begin: refuseForeignResources,
    ...(translators && { translation: translationBy(translators, translatedTo) }),
    exchange(deps, context, _state, candidate) {
      const translator = translatorOf(translators, candidate);
      const written = translator?.write(context, candidate);
      if (written) refuseLosses(context, candidate, written.losses);
      const body = written ? translatedBody(context, written.value, candidate) : passedJson(context, candidate, named);
      return chain(upstreamRequest(deps, endpoint, context, candidate, body), (request): Exchange => ({
        ...wholeOnly,
        request,
        readError: readerOfErrors(candidate),
        conversion: written
          ? { protocol: candidate.dialect.protocol, losses: written.losses }
          : passedLosses(context, candidate),
        readWhole: (bytes) =>
          readWhole(candidate, bytes, (json) => {
            if (translator) return translator.read(context, candidate, json);
            const reading = read(json, context, candidate);
            return reading.empty === undefined ? { ...reading, json: reading.instead } : reading;
          }),
      }));
    },
  };
  return defineEndpoint(endpoint);
}

/** What passing the bytes leaves out; undefined where that is nothing. */
function passedLosses(context: Planned, candidate: Candidate): Exchange['conversion'] {
  const losses = costlyLosses(context, candidate);
  return losses.length === 0 ? undefined : { protocol: candidate.dialect.protocol, losses };
}

type Translators = Readonly<Partial<Record<ProtocolId, Translator>>>;

/** What other protocols' dialects are asked for, where there is a translator for them. */
export const translationBy = (translators: Translators, operation: Operation): Translation<undefined> => ({
  operation,
  to: (protocol) => translators[protocol] !== undefined,
  isNeeded: () => false,
});

/** Who translates for a candidate; undefined where the bytes pass. */
export const translatorOf = (translators: Translators | undefined, { mode, dialect }: Candidate) =>
  mode === 'translate' ? translators?.[dialect.protocol] : undefined;

/** Who reads the refusals of a candidate's upstream. */
export const readerOfErrors = ({ dialect }: Candidate): Exchange['readError'] =>
  dialect.readError ?? protocols.get(dialect.protocol)?.passthrough?.readError ?? readChatError;

/** Of an exchange whose answer is collected whole; vendors say their refusals in much the same ways. */
export const wholeOnly = {
  conversion: undefined,
  background: false,
  readError: readChatError,
  openStream: () => undefined,
} satisfies Partial<Exchange>;

/** The client's bytes with only those fields changed that must be. */
export function passedJson(
  context: Planned,
  candidate: Candidate,
  named: (json: JsonObject, model: string) => JsonObject = withModel,
): Uint8Array {
  // An object, or it would not have passed its inspection.
  const { bytes, json } = context.body;
  const before = json as JsonObject;
  let after = withoutCostlyFields(context, named(before, candidate.upstreamModel), candidate);
  // Those that do not say for what they are are for conversations.
  for (const { only, apply } of candidate.dialect.quirks ?? [])
    if (only?.includes(context.call.endpoint.operation)) after = apply(after, candidate.traits) as JsonObject;
  return render(bytes, before, overridden(context, after, candidate));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const translatedBody = (context: Planned, json: JsonObject, candidate: Candidate): Uint8Array =>
  encoder.encode(JSON.stringify(overridden(context, json, candidate)));

type ReadAnswer =
  | Emptiness
  | (Exclude<Reading, Emptiness> & {
      /** In the client's protocol; undefined where the bytes pass. */
      readonly json: JsonObject | undefined;
      readonly losses?: readonly Loss[];
    });

/** Judges a whole answer in JSON: what is none, and errors within a 200, are faults. */
export function readWhole(candidate: Candidate, body: Uint8Array, read: (json: Json) => ReadAnswer): WholeAnswer {
  const json = parseJson(decoder.decode(body));
  if (json === undefined)
    return fault('unexpected_body', 'the upstream answered 200 with a body that is not JSON', undefined);
  const answer = read(json);
  if (answer.empty !== undefined) {
    const said = isObject(json) || Array.isArray(json) ? failureIn(json, 200) : undefined;
    const error = answer.withheld ?? said;
    if (error) return fault(causeOf(error, candidate.target.channel.provider), error.message, error);
    return fault('empty', answer.empty, undefined);
  }
  const { usage, estimate, losses = [] } = answer;
  const servedAs = withAnsweredModel(answer.servedAs, isObject(json) ? json['model'] : undefined);
  const write = (): WrittenAnswer => ({
    body: answer.json === undefined ? body : JSON.stringify(answer.json),
    contentType: 'application/json',
    losses,
  });
  const doubtful = answer.doubtful === true || isImplausibleAnswer(json);
  return { usage, servedAs, estimate, doubtful, outputEstimate: 0, write };
}

export const fault = (
  cause: AnswerFault['cause'],
  detail: string,
  upstream: UpstreamFailure | undefined,
): WholeAnswer => ({ fault: { cause, detail, upstream } });
