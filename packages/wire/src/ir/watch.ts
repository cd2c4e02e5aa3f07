import type { ResponseFacts, UpstreamFailure } from '../protocol.ts';
import type { IrEvent } from './event.ts';
import { explode } from './explode.ts';
import { explainsEmptiness } from './finish.ts';
import { openOutputMeter, type CountTokens } from './output-meter.ts';
import type { IrResponse } from './response.ts';
import { withAnsweredModel, type ServedAs } from './served-as.ts';
import { outputTokens, type Usage } from './usage.ts';

/** What the gateway must know of a translated answer, as `StreamProbe` tells it of one that is passed through. */
export type Watch = {
  see(event: IrEvent): void;
  /** Some part carries something, or the answer says why there is nothing in it. */
  readonly meaningful: boolean;
  /** `response-end` has come: the stream is whole. */
  readonly finished: boolean;
  readonly finishReason: boolean;
  readonly usage: Usage | undefined;
  readonly servedAs: ServedAs | undefined;
  readonly error: UpstreamFailure | undefined;
  /** Output tokens so far, estimated from the text in constant memory. */
  readonly outputEstimate: number;
  /** Those that came since usage was last reported. */
  readonly unreported: number;
};

/** Watches the events of one answer. */
export function watchEvents(countTokens?: CountTokens): Watch {
  let meaningful = false;
  let finished = false;
  let finishReason = false;
  let usage: Usage | undefined;
  let servedAs: ServedAs | undefined;
  let model = '';
  let error: UpstreamFailure | undefined;
  const output = openOutputMeter(countTokens);

  function add(text: string): void {
    if (text === '') return;
    meaningful = true;
    output.text(text);
  }

  return {
    see(event) {
      switch (event.type) {
        case 'text-delta':
        case 'reasoning-delta':
        case 'refusal-delta':
        case 'tool-call-arguments-delta':
          add(event.text);
          return;
        case 'tool-call-start':
          meaningful = true;
          add(event.name);
          return;
        case 'audio-delta':
          meaningful = true;
          add(event.transcript);
          return;
        case 'part':
        case 'signature':
          meaningful = true;
          return;
        case 'response-start':
          usage ??= event.usage;
          model ||= event.model;
          output.reported(outputTokens(event.usage ?? {}));
          return;
        case 'usage':
          usage = event.usage;
          output.reported(outputTokens(event.usage));
          return;
        case 'served':
          servedAs = event.servedAs;
          return;
        case 'finish':
          finishReason = true;
          if (explainsEmptiness(event.finish)) meaningful = true;
          return;
        case 'error':
          error = event.failure;
          return;
        case 'response-end':
          finished = true;
          return;
        default:
      }
    },
    get meaningful() {
      return meaningful;
    },
    get finished() {
      return finished;
    },
    get finishReason() {
      return finishReason;
    },
    get usage() {
      return usage;
    },
    get servedAs() {
      return withAnsweredModel(servedAs, model);
    },
    get error() {
      return error;
    },
    get outputEstimate() {
      return output.tokens;
    },
    get unreported() {
      return output.unreported;
    },
  };
}

/** The same of a whole answer. */
export function factsOf(response: IrResponse, countTokens?: CountTokens): ResponseFacts {
  const watch = watchEvents(countTokens);
  for (const event of explode(response)) watch.see(event);
  const { usage, servedAs, meaningful } = watch;
  return { usage, servedAs, meaningful, error: undefined, outputEstimate: usage ? 0 : watch.outputEstimate };
}
