import type { EventReader, ReadOptions } from '../../ir/codec.ts';
import type { IrEvent, WholePart } from '../../ir/event.ts';
import type { Part } from '../../ir/part.ts';
import type { Finish } from '../../ir/response.ts';
import { explainsEmptiness } from '../../ir/finish.ts';
import { openTracker } from '../../ir/tracker.ts';
import type { Usage } from '../../ir/usage.ts';
import { parseJson } from '../../json/exact.ts';
import { at, isList, isObject, indexAt, objectAt, objectsAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject, UpstreamFailure } from '../../protocol.ts';
import { openCallTracker } from './calls.ts';
import { camelKeys } from './cases.ts';
import { geminiFailureIn, promptBlocked } from './errors.ts';
import { readFinish } from './finish.ts';
import { readCitations, readSearch } from './grounding-read.ts';
import { readLogprobs } from './logprobs.ts';
import { traitsByName } from '../../models/by-name.ts';
import { geminiTraits } from './models.ts';
import { readPart, readPartBase } from './parts-read.ts';
import { openSaidText, type SaidText } from './said-text.ts';
import { mergeRawUsage, readGeminiServedAs, readGeminiUsage } from './usage.ts';

const own = 'gemini';

const known: ReadonlySet<string> = new Set([
  'candidates',
  'promptFeedback',
  'usageMetadata',
  'modelVersion',
  'responseId',
  'createTime',
]);

type Choice = {
  /** What kind of part is open, as far as texts go on. */
  open: 'text' | 'reasoning' | undefined;
  /** The text of the part that is open or was last, for places that citations name. */
  said: SaidText;
  readonly cited: Set<string>;
  grounding: JsonObject | undefined;
};

export type AnswerReaderOptions = ReadOptions & {
  /** A blocked prompt is an answer that was filtered, not a failure. */
  readonly keepBlocks?: boolean | undefined;
  /** Only the facts are wanted: no text is kept, and citations are left out. */
  readonly factsOnly?: boolean | undefined;
};

/** Reads answers, whole ones or the pieces of a stream, which have the same shape. */
export type AnswerReader = {
  /** Takes an answer or a piece of one. */
  read(json: JsonObject): readonly IrEvent[];
  /** Nothing more comes; an answer whose candidates had all said why they ended is completed. */
  end(): readonly IrEvent[];
  /** Some candidate has said why it ended. */
  readonly finishReason: boolean;
  /** Every candidate has. */
  readonly finished: boolean;
  /** Some candidate has said why there may be nothing in it. */
  readonly explained: boolean;
};

export function openAnswerReader(options: AnswerReaderOptions): AnswerReader {
  const { readUsage = readGeminiUsage } = options;
  const tracker = openTracker(options.requestId);
  const calls = openCallTracker(options.requestId);
  const choices = new Map<number, Choice>();
  let keys = 0;
  let model = '';
  let raw: Readonly<Record<string, unknown>> | undefined;
  let finishReason = false;
  let explained = false;
  let failed = false;
  let over = false;
  let started = false;

  /** Every piece repeats what only the first is asked for. */
  function start(json: JsonObject): void {
    started = true;
    const fields = restOf(json, known);
    tracker.start({
      id: textAt(json, 'responseId') ?? options.requestId,
      model,
      created: secondsOf(textAt(json, 'createTime')),
      usage: raw && readUsage(raw),
      extensions: fields && { by: own, fields },
    });
  }

  function fail(failure: UpstreamFailure): void {
    failed = true;
    tracker.error(failure);
  }

  function end(index: number, finish: Finish): void {
    finishReason = true;
    if (explainsEmptiness(finish)) explained = true;
    tracker.finish(index, finish);
  }

  function usageNow(): Usage | undefined {
    const usage = raw && readUsage(raw);
    return usage && withGrounding(usage, choices.values(), model);
  }

  function choiceAt(index: number): Choice {
    let choice = choices.get(index);
    if (!choice) {
      choice = { open: undefined, said: openSaidText(), cited: new Set(), grounding: undefined };
      choices.set(index, choice);
    }
    return choice;
  }

  function readText(index: number, part: JsonObject, logprobs: ReturnType<typeof readLogprobs>): void {
    const choice = choiceAt(index);
    const kind = at(part, 'thought') === true ? 'reasoning' : 'text';
    const text = textAt(part, 'text') ?? '';
    const { signature, extensions } = readPartBase(part);
    if (text === '' && !signature && !logprobs) return;
    if (choice.open !== kind || extensions) {
      tracker.open(index, kind, { extensions });
      choice.open = kind;
      choice.said = openSaidText();
    }
    if (kind === 'reasoning') {
      if (text !== '') tracker.reasoning(index, text);
    } else {
      if (text !== '' || logprobs) tracker.text(index, text, logprobs);
      if (!options.factsOnly) choice.said.add(text);
    }
    if (!signature) return;
    // A signature ends what it signs: what follows is a part of its own.
    tracker.signature(index, signature);
    tracker.close(index);
    choice.open = undefined;
  }

  function readOther(index: number, json: JsonObject): void {
    const part = readPart(json, calls);
    choiceAt(index).open = undefined;
    if (part.type === 'tool-call') {
      const key = keys++;
      tracker.toolCall(
        index,
        key,
        { callId: part.callId, name: part.name, extensions: part.extensions },
        part.arguments,
      );
      if (part.signature) tracker.signToolCall(index, key, part.signature);
      tracker.endToolCall(index, key);
    } else tracker.whole(index, isWhole(part) ? part : { type: 'foreign', foreign: { by: own, value: json } });
  }

  function readCandidate(written: JsonObject, place: number): void {
    const json = camelKeys(written);
    const index = indexAt(json, 'index') ?? place;
    const content = objectAt(json, 'content');
    let logprobs = readLogprobs(json);
    for (const written of content ? objectsAt(content, 'parts') : []) {
      const part = camelKeys(written);
      if (isText(part)) {
        const spoken = at(part, 'thought') !== true;
        readText(index, part, spoken ? logprobs : undefined);
        if (spoken) logprobs = undefined;
      } else readOther(index, part);
    }
    const choice = choiceAt(index);
    choice.grounding = objectAt(json, 'groundingMetadata') ?? choice.grounding;
    if (!options.factsOnly) cite(index, choice, json);
    const finish = readFinish(json);
    if (!finish) return;
    end(index, finish);
  }

  function cite(index: number, choice: Choice, json: JsonObject): void {
    for (const citation of readCitations(json, choice.said)) {
      // Pieces of a stream may repeat what an earlier one told.
      const mark = JSON.stringify(citation);
      if (choice.cited.has(mark)) continue;
      choice.cited.add(mark);
      if (choice.open !== 'text') choice.said = openSaidText();
      tracker.citation(index, citation);
      choice.open = 'text';
    }
  }

  return {
    read(written) {
      if (failed || over) return tracker.take();
      const json = camelKeys(written);
      const failure = isObject(at(json, 'error')) ? geminiFailureIn(json, 200) : undefined;
      if (failure) {
        fail(failure);
        return tracker.take();
      }
      model = textAt(json, 'modelVersion') ?? model;
      const reported = objectAt(json, 'usageMetadata');
      if (reported) raw = mergeRawUsage(raw ?? {}, reported);
      if (!started) start(json);
      const blocked = promptBlocked(json);
      if (blocked && !options.keepBlocks) {
        fail(blocked);
        return tracker.take();
      }
      const candidates = objectsAt(json, 'candidates');
      for (const [i, candidate] of candidates.entries()) readCandidate(candidate, i);
      if (blocked) {
        end(0, { reason: 'content-filter', detail: blocked.message });
      }
      const usage =
        reported || candidates.some((candidate) => objectAt(camelKeys(candidate), 'groundingMetadata'))
          ? usageNow()
          : undefined;
      if (usage) tracker.usage(usage);
      if (reported) tracker.served(readGeminiServedAs(raw ?? {}));
      return tracker.take();
    },
    end() {
      if (failed || over || !tracker.finished) return tracker.take();
      over = true;
      for (const [index, { grounding }] of choices) {
        const search = readSearch(grounding, `${options.requestId}_${index}`);
        if (search) for (const part of search) tracker.whole(index, part);
      }
      tracker.end();
      return tracker.take();
    },
    get finishReason() {
      return finishReason;
    },
    get finished() {
      return tracker.finished;
    },
    get explained() {
      return explained;
    },
  };
}

/**
 * Usage with what of Google's search and maps is charged: with Gemini 3 every query, before that every grounded answer; of maps
 * every answer that rests on places. The answer itself says which model gave it.
 * https://ai.google.dev/gemini-api/docs/pricing
 */
export function withGrounding(
  usage: Usage,
  answers: Iterable<{ readonly grounding: JsonObject | undefined }>,
  model: string,
): Usage {
  let searches = 0;
  let places = 0;
  for (const { grounding } of answers) {
    if (!grounding) continue;
    const told = camelKeys(grounding);
    const queries = textsAt(told, 'webSearchQueries').length;
    if (queries > 0) searches += geminiTraits(traitsByName(model)).combines ? queries : 1;
    if (objectsAt(told, 'groundingChunks').some((chunk) => isObject(chunk['maps']))) places++;
  }
  return {
    ...usage,
    ...(searches > 0 ? { searches } : undefined),
    ...(places > 0 ? { toolCalls: places } : undefined),
  };
}

function isText(part: JsonObject): boolean {
  return typeof at(part, 'text') === 'string' || (textAt(part, 'thoughtSignature') !== undefined && !hasContent(part));
}

/** A signature may come with nothing else, not even an empty text. */
function hasContent(part: JsonObject): boolean {
  return Object.values(part).some(isObject);
}

function isWhole(part: Part): part is WholePart {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
    case 'tool-call':
    case 'tool-result':
      return false;
    default:
      return true;
  }
}

function secondsOf(time: string | undefined): number | undefined {
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

/** Reads the events of a streamed answer. It has no terminator: it is whole when all candidates have finished. */
export function readGeminiEvents(options: ReadOptions): EventReader {
  const reader = openAnswerReader(options);
  return {
    read: ({ data }) => readPieces(data).flatMap((json) => reader.read(json)),
    end: reader.end,
  };
}

/** The objects in a frame's data; a frame may hold a list of them. */
export function readPieces(data: string): readonly JsonObject[] {
  const json = parseJson(data);
  return isList(json) ? json.filter(isObject) : isObject(json) ? [json] : [];
}
