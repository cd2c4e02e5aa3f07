import { parseJson } from '@tollgate/wire/json/exact';
import { objectsAt } from '@tollgate/wire/json/fields';
import { reasoningAsText, writeReasoningAsText } from '@tollgate/wire/ir/reasoning-as-text';
import { signedReasoningOf } from '@tollgate/wire/ir/signed-reasoning';
import { outputTokens } from '@tollgate/wire/ir/usage';
import type { ResponseFacts } from '@tollgate/wire/protocol';
import { causeOf } from '../../domain/causes.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { AnswerFault, Exchange, WholeAnswer, WrittenAnswer } from '../../relay/exchange.ts';
import type { Asked } from '../../relay/plan/upstream-path.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { passedHeaders, type Passed } from '../shared/client-headers.ts';
import { costlyLosses } from '../shared/costly-fields.ts';
import { refuseUnpricedGeo } from '../shared/unpriced-geo.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';
import { billingLosses } from '../shared/billing-fields.ts';
import { passedBody, translate, translatedBody } from './body.ts';
import { fittedRequest } from './fitted-request.ts';
import { foreignItemLosses } from './references.ts';
import { handOver } from './hand-over.ts';
import { egressOf, ingressOf, passthroughOf, watchedUsage } from './protocols.ts';
import { openPassthrough, openTranslation, streamTypeFor, type ChatTransform } from './response-transform.ts';
import { jsonOf, type ChatState } from './state.ts';
import { storeAnswerParts } from './store-answer-parts.ts';
import { tierLosses } from './unpriced-tier.ts';
import {
  assembleAnswer,
  estimateFor,
  readAnswer,
  readOptionsFor,
  writeAnswer,
  writeContextOf,
  type TextEndpoint,
  type Translated,
} from './translate.ts';

/** A text endpoint as its exchanges see it. */
export type ChatEndpoint = TextEndpoint & Asked;

/** Asks a candidate in its own protocol: the bytes pass, or go through the canonical form. */
export function chatExchange(
  deps: RelayDeps,
  endpoint: ChatEndpoint,
  context: Planned,
  asked: ChatState,
  candidate: Candidate,
): Exchange | Promise<Exchange> {
  refuseUnpricedGeo(context, candidate);
  const fitted = fittedRequest(endpoint, context, candidate);
  const state = fitted ? { ...asked, canonical: undefined, fitted: fitted.json } : asked;
  const passed = withLosses(passedHeaders(context, candidate), fitted?.losses);
  if (candidate.mode === 'passthrough') {
    const body = passedBody(context, state, candidate, passed);
    const request = upstreamRequest(deps, endpoint, context, candidate, body, passed);
    return chain(request, (late) => passthrough(deps, context, state, candidate, passed, late));
  }
  return chain(translate(deps, endpoint, context, state, candidate), (translated) => {
    const body = translatedBody(endpoint, context, candidate, translated, passed);
    const same = candidate.dialect.protocol === endpoint.protocol;
    // What was lost of its headers is lost of the request too.
    const kept = [
      ...passed.losses,
      ...(same ? billingLosses(context, jsonOf(context)) : []),
      ...tierLosses(context, candidate),
      ...costlyLosses(context, candidate, translated.body),
    ];
    const told = { ...translated, losses: [...kept, ...translated.losses] };
    return chain(upstreamRequest(deps, endpoint, context, candidate, body, passed), (request) =>
      translation(deps, endpoint, context, candidate, told, request),
    );
  });
}

const withLosses = (passed: Passed, losses: Passed['losses'] | undefined): Passed =>
  losses ? { ...passed, losses: [...passed.losses, ...losses] } : passed;

function passthrough(
  deps: RelayDeps,
  context: Planned,
  state: ChatState,
  candidate: Candidate,
  passed: Passed,
  request: UpstreamRequest,
): Exchange {
  const { dialect, traits } = candidate;
  const protocol = passthroughOf(dialect.protocol);
  const losses = [
    ...passed.losses,
    ...billingLosses(context, jsonOf(context)),
    ...tierLosses(context, candidate),
    ...costlyLosses(context, candidate),
    ...foreignItemLosses(context, state),
  ];
  return {
    ...remembering(deps, context, candidate),
    request,
    conversion: losses.length === 0 ? undefined : { protocol: dialect.protocol, losses },
    readError: dialect.readError ?? protocol.readError,
    openStream: (type) =>
      // A stream nobody asked for is no answer: the client's SDK would try to read it as one body.
      context.summary.stream && type.startsWith(dialect.wrapping?.streamType ?? 'text/event-stream')
        ? openPassthrough(context, candidate)
        : undefined,
    readWhole(body) {
      const json = parseJson(decoder.decode(body));
      const facts =
        json === undefined
          ? undefined
          : protocol.readResponse(json, watchedUsage(context, dialect), tokenizerOf(traits));
      const keep =
        (facts?.storedIds ?? facts?.resourceIds) && ((): void => storeAnswerParts(deps, context, candidate, facts));
      return wholeAnswer(
        context,
        candidate,
        facts,
        () => ({ body, contentType: 'application/json', losses: [] }),
        keep,
      );
    },
  };
}

function translation(
  deps: RelayDeps,
  endpoint: ChatEndpoint,
  context: Planned,
  candidate: Candidate,
  translated: Translated,
  request: UpstreamRequest,
): Exchange {
  const { dialect, traits } = candidate;
  const egress = egressOf(dialect.protocol);
  const options = readOptionsFor(endpoint, context, candidate, translated);
  return {
    ...remembering(deps, context, candidate),
    request,
    conversion: { protocol: dialect.protocol, losses: translated.losses },
    readError: dialect.readError ?? egress.readError,
    openStream(type) {
      const streamType = dialect.wrapping?.streamType ?? egress.streamType ?? 'text/event-stream';
      if (!context.summary.stream || !type.startsWith(streamType)) return undefined;
      const { target } = context.call;
      const own = ingressOf(endpoint.protocol).writeEvents(writeContextOf(endpoint, context, translated.request));
      const writer = candidate.target.channel.thinkingToContent ? writeReasoningAsText(own) : own;
      const framed = dialect.wrapping ? { ...egress, openFrames: dialect.wrapping.open } : egress;
      return openTranslation(framed, options, writer, {
        countTokens: tokenizerOf(traits),
        contentType: streamTypeFor(target.framing),
        estimate: (outputTokens) => estimateFor(context, outputTokens),
      });
    },
    readWhole(body) {
      const read = dialect.streamOnly
        ? assembleAnswer(candidate, options, body)
        : readAnswer(candidate, options, parseJson(decoder.decode(body)));
      return wholeAnswer(context, candidate, read?.facts, () => {
        if (!read?.response) return { body, contentType: 'application/json', losses: [] };
        const response = candidate.target.channel.thinkingToContent ? reasoningAsText(read.response) : read.response;
        const { value, losses } = writeAnswer(endpoint, context, translated.request, response, read.facts);
        const items = objectsAt(value, 'output');
        storeAnswerParts(deps, context, candidate, { items, reasoning: signedReasoningOf(read.response) });
        return { body: JSON.stringify(value), contentType: 'application/json', losses };
      });
    },
  };
}

const decoder = new TextDecoder();

/** What both ways have in common: answers, and parts of them, that a later request may come back to. */
const remembering = (deps: RelayDeps, context: Planned, candidate: Candidate) => ({
  background: context.summary.background === true && context.summary.stream,
  keep(transform: ChatTransform, served: boolean): void {
    if (served || context.summary.background) storeAnswerParts(deps, context, candidate, transform);
  },
  handOver: (...[detached, taken, failed]: Parameters<NonNullable<Exchange['handOver']>>): void =>
    handOver(deps, context, candidate, detached, taken, failed),
});

function wholeAnswer(
  context: Planned,
  candidate: Candidate,
  facts: ResponseFacts | undefined,
  write: () => WrittenAnswer,
  keep?: () => void,
): WholeAnswer {
  const fault = faultOf(context, candidate, facts);
  if (fault) return { fault };
  const workedOn = facts?.working ? facts.storedIds?.[0] : undefined;
  const detached =
    workedOn === undefined
      ? undefined
      : { responseId: workedOn, parts: facts ?? {}, given: facts?.meaningful ? facts : undefined };
  return {
    usage: facts?.usage,
    servedAs: facts?.servedAs,
    outputEstimate: facts?.outputEstimate ?? 0,
    detached,
    write,
    ...(keep && { keep }),
  };
}

function faultOf(
  { summary }: Planned,
  { target }: Candidate,
  facts: ResponseFacts | undefined,
): AnswerFault | undefined {
  const fault = (cause: AnswerFault['cause'], detail: string): AnswerFault => ({
    cause,
    detail,
    upstream: facts?.error,
  });
  if (!facts) return fault('unexpected_body', 'the upstream answered 200 with a body that is not JSON');
  if (facts.error) return fault(causeOf(facts.error, target.channel.provider), facts.error.message);
  if (summary.stream) return fault('unexpected_body', 'the upstream answered a streamed request with a whole body');
  // A reasoning model may spend its whole allowance on thought and say nothing; the provider bills it, so it is an answer.
  if (facts.working && summary.background) return undefined;
  if (!facts.meaningful && outputTokens(facts.usage ?? {}) === 0)
    return fault('empty', 'the upstream answered 200 with nothing in it');
  return undefined;
}
