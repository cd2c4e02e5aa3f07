import type { UpstreamFailure } from '../protocol.ts';
import type { IrEvent } from './event.ts';
import type { Citation, Part, Signature, TokenLogprob } from './part.ts';
import type { Finish, IrResponse } from './response.ts';
import type { ServedAs } from './served-as.ts';
import type { Usage } from './usage.ts';

type Building = {
  readonly start: Extract<IrEvent, { part: number; choice: number }>;
  text: string;
  transcript: string;
  logprobs: TokenLogprob[] | undefined;
  citations: Citation[] | undefined;
  signature: Signature | undefined;
  expiresAt: number | undefined;
};

/**
 * Builds the whole answer from its events. `response` may be asked at any time and holds what has come so far;
 * `failure` is the error that ended it.
 */
export function openAssembly(): {
  push(event: IrEvent): void;
  readonly response: IrResponse;
  readonly failure: UpstreamFailure | undefined;
} {
  let head: Extract<IrEvent, { type: 'response-start' }> | undefined;
  let usage: Usage | undefined;
  let servedAs: ServedAs | undefined;
  let failure: UpstreamFailure | undefined;
  const parts = new Map<number, Building>();
  const finishes = new Map<number, Finish>();

  function push(event: IrEvent): void {
    switch (event.type) {
      case 'response-start':
        head = event;
        usage ??= event.usage;
        return;
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
      case 'tool-call-start':
      case 'audio-start':
      case 'part':
        parts.set(event.part, {
          start: event,
          text: '',
          transcript: '',
          logprobs: undefined,
          citations: undefined,
          signature: undefined,
          expiresAt: undefined,
        });
        return;
      case 'usage':
        usage = event.usage;
        return;
      case 'served':
        servedAs = event.servedAs;
        return;
      case 'finish':
        finishes.set(event.choice, event.finish);
        return;
      case 'error':
        failure = event.failure;
        return;
      case 'response-end':
        return;
      default: {
        const building = parts.get(event.part);
        if (building) add(building, event);
      }
    }
  }

  return {
    push,
    get response() {
      const partsOf = new Map<number, Part[]>();
      for (const index of finishes.keys()) partsOf.set(index, []);
      for (const building of parts.values()) {
        const { choice } = building.start;
        const known = partsOf.get(choice);
        if (known) known.push(build(building));
        else partsOf.set(choice, [build(building)]);
      }
      const choices = [...partsOf]
        .sort(([a], [b]) => a - b)
        .map(([index, built]) => ({ index, parts: built, finish: finishes.get(index) }));
      return {
        id: head?.id ?? '',
        model: head?.model ?? '',
        created: head?.created,
        choices,
        usage,
        servedAs,
        serviceTier: head?.serviceTier,
        extensions: head?.extensions,
      };
    },
    get failure() {
      return failure;
    },
  };
}

/** The answer that a list of events tells. */
export function assemble(events: Iterable<IrEvent>): IrResponse {
  const assembly = openAssembly();
  for (const event of events) assembly.push(event);
  return assembly.response;
}

type Inner = Extract<IrEvent, { part: number }>;

function add(building: Building, event: Inner): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      building.text += event.text;
      if (event.logprobs) (building.logprobs ??= []).push(...event.logprobs);
      return;
    case 'reasoning-delta':
    case 'tool-call-arguments-delta':
      building.text += event.text;
      return;
    case 'audio-delta':
      building.text += event.data;
      building.transcript += event.transcript;
      return;
    case 'audio-end':
      building.expiresAt = event.expiresAt;
      return;
    case 'citation':
      (building.citations ??= []).push(event.citation);
      return;
    case 'signature':
      building.signature = event.signature;
      return;
    default:
  }
}

function build(building: Building): Part {
  const { start, text, signature } = building;
  if (start.type === 'part') return start.value;
  const common = { id: start.id, signature, extensions: start.extensions };
  switch (start.type) {
    case 'text-start':
      return { type: 'text', ...common, text, citations: building.citations, logprobs: building.logprobs };
    case 'reasoning-start':
      return { type: 'reasoning', ...common, text, summary: start.summary, redacted: start.redacted };
    case 'refusal-start':
      return { type: 'refusal', ...common, text, logprobs: building.logprobs };
    case 'tool-call-start':
      return {
        type: 'tool-call',
        ...common,
        callId: start.callId,
        name: start.name,
        kind: start.kind,
        arguments: text,
      };
    case 'audio-start':
      return {
        type: 'audio',
        ...common,
        source: { kind: 'base64', mediaType: start.mediaType, data: text },
        transcript: building.transcript,
        expiresAt: building.expiresAt,
      };
  }
}
