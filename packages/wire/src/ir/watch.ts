import type { ResponseFacts, UpstreamFailure } from '../protocol.ts';
import { countOutput } from '../protocols/openai-chat/estimate.ts';
import type { IrEvent } from './event.ts';
import { explode } from './explode.ts';
import type { IrResponse } from './response.ts';
import type { Usage } from './usage.ts';

/** What the gateway must know of a translated answer, as `StreamProbe` tells it of one that is passed through. */
export type Watch = {
  see(event: IrEvent): void;
  /** Some part carries something, or an answer was filtered or refused. */
  readonly meaningful: boolean;
  /** `response-end` has come: the stream is whole. */
  readonly finished: boolean;
  readonly finishReason: boolean;
  readonly usage: Usage | undefined;
  readonly error: UpstreamFailure | undefined;
  /** Output tokens so far, estimated from the text in constant memory. */
  readonly outputEstimate: number;
};

/** Watches the events of one answer. */
export function watchEvents(): Watch {
  let meaningful = false;
  let finished = false;
  let finishReason = false;
  let usage: Usage | undefined;
  let error: UpstreamFailure | undefined;
  const output = countOutput();

  function add(text: string): void {
    if (text === '') return;
    meaningful = true;
    output.addText(text);
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
        case 'seal':
          meaningful = true;
          return;
        case 'response-start':
          usage ??= event.usage;
          return;
        case 'usage':
          usage = event.usage;
          return;
        case 'finish':
          finishReason = true;
          if (event.finish.reason === 'content-filter' || event.finish.reason === 'refusal') meaningful = true;
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
    get error() {
      return error;
    },
    get outputEstimate() {
      return output.estimate;
    },
  };
}

/** The same of a whole answer. */
export function factsOf(response: IrResponse): ResponseFacts {
  const watch = watchEvents();
  for (const event of explode(response)) watch.see(event);
  const { usage, meaningful, outputEstimate } = watch;
  return { usage, meaningful, error: undefined, outputEstimate };
}
