import { addUp, type ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { estimateSpoken, type LiveOutput } from '@tollgate/wire/protocols/gemini/live';
import { withGrounding } from '@tollgate/wire/protocols/gemini/stream-read';
import { readGeminiServedAs } from '@tollgate/wire/protocols/gemini/usage';
import type { JsonObject } from '@tollgate/wire/protocol';

/** What a session has used since it began, or since the last charge. */
export type LiveMeter = {
  see(told: LiveOutput, message: JsonObject): void;
  charged(): void;
  readonly usage: Usage | undefined;
  readonly servedAs: ServedAs | undefined;
  /** Something came that is worth money. */
  readonly meaningful: boolean;
  /** A generation is under way whose report is still to come. */
  readonly speaking: boolean;
  /** A generation is over, and what it used is known. */
  readonly whole: boolean;
  /** Output tokens as counted here. */
  readonly outputEstimate: number;
};

/**
 * Each report is of one generation, with all of the conversation that it read, and is billed so: they add up. One that
 * comes before its generation is over is taken to grow until then.
 * https://ai.google.dev/gemini-api/docs/live-api/best-practices#pricing-billing
 *
 * @param model as the upstream calls it: searches are counted otherwise for some
 */
export function openLiveMeter(model: string): LiveMeter {
  /** Of generations before the last; of the last. */
  let past: Usage | undefined;
  let current: Usage | undefined;
  let all: Usage | undefined;
  let grounding: JsonObject | undefined;
  let servedAs: ServedAs | undefined;
  let lastReport = '';
  let ended = false;
  let speaking = false;
  let meaningful = false;
  let outputEstimate = 0;

  const goOn = (): void => {
    past = all;
    current = undefined;
    grounding = undefined;
  };
  const report = (usage: Usage, raw: JsonObject): void => {
    const text = JSON.stringify(raw);
    // The same once more, with nothing made in between.
    if (ended && text === lastReport) return;
    if (ended && current) goOn();
    lastReport = text;
    current = withGrounding(usage, [{ grounding }], model);
    servedAs = readGeminiServedAs(raw);
    meaningful = true;
    all = past ? addUp([past, current]) : current;
  };

  return {
    see(told, message) {
      if (told.speaks) {
        if (ended) goOn();
        ended = false;
        lastReport = '';
        speaking = true;
        meaningful = true;
        outputEstimate += estimateSpoken(message);
      }
      grounding = told.grounding ?? grounding;
      if (told.usage && told.rawUsage) report(told.usage, told.rawUsage);
      if (told.ends) ended = true;
      if (ended && current) speaking = false;
    },
    charged() {
      meaningful = false;
      outputEstimate = 0;
      all = undefined;
      goOn();
    },
    get usage() {
      return all;
    },
    get servedAs() {
      return servedAs;
    },
    get meaningful() {
      return meaningful;
    },
    get speaking() {
      return speaking;
    },
    get whole() {
      return ended && current !== undefined;
    },
    get outputEstimate() {
      return outputEstimate;
    },
  };
}
