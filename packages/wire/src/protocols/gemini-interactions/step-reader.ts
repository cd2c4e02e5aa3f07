import type { Tracker } from '../../ir/tracker.ts';
import { at, isList, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { openSaidText, type SaidText } from '../gemini/said-text.ts';
import { readAnnotation, readMedium } from './content-read.ts';
import { readHosted } from './hosted.ts';
import { readStepSignature, summaryExtensions, summaryText, writtenArguments } from './steps-read.ts';

const by = 'gemini-interactions';

/** Reads the steps of an answer, whole or in pieces, into a tracker. */
export type StepReader = {
  begin(index: number, step: JsonObject): void;
  delta(index: number, delta: JsonObject): void;
  /** Ends a step; gives it back whole where it was not told in pieces. */
  end(index: number): JsonObject | undefined;
  /** Ends those that are still open. */
  endAll(see: (step: JsonObject) => void): void;
};

type Open = {
  readonly type: string;
  readonly step: JsonObject;
  /** Pieces of a step that is told when it is whole. */
  readonly deltas: JsonObject[];
  /** Of a call: its arguments came in pieces. */
  argued: boolean;
  /** Of an output: a text is open, and what follows goes on with it. */
  speaking: boolean;
  said: SaidText;
};

/** Steps of which each piece is told as it comes. */
const told: ReadonlySet<string> = new Set([
  'model_output',
  'thought',
  'function_call',
  'user_input',
  'function_result',
]);

/** Tells what an output says and shows. */
function openOutputReader(tracker: Tracker, factsOnly: boolean) {
  function speak(open: Open, text: string): void {
    if (text === '') return;
    if (!open.speaking) {
      tracker.open(0, 'text', {});
      open.speaking = true;
      open.said = openSaidText();
    }
    tracker.text(0, text);
    if (!factsOnly) open.said.add(text);
  }

  function cite(open: Open, annotations: readonly JsonObject[]): void {
    if (factsOnly) return;
    for (const annotation of annotations) {
      tracker.citation(0, readAnnotation(annotation, open.said));
      open.speaking = true;
    }
  }

  /** A whole piece of an output: a text of its own, or a medium. */
  function content(open: Open, json: JsonObject): void {
    if (textAt(json, 'type') === 'text') {
      open.speaking = false;
      speak(open, textAt(json, 'text') ?? '');
      cite(open, objectsAt(json, 'annotations'));
      return;
    }
    const medium = readMedium(json);
    if (!medium) return;
    open.speaking = false;
    tracker.whole(0, medium);
  }

  return { speak, cite, content };
}

export function openStepReader(tracker: Tracker, factsOnly: boolean): StepReader {
  const opened = new Map<number, Open>();
  const { speak, cite, content } = openOutputReader(tracker, factsOnly);

  function sign(index: number, open: Open, json: JsonObject): void {
    const signed = readStepSignature(json);
    if (!signed) return;
    if (open.type === 'function_call') tracker.signToolCall(0, index, signed.signature);
    else tracker.signature(0, signed.signature);
  }

  function begin(index: number, step: JsonObject): Open {
    const open: Open = {
      type: textAt(step, 'type') ?? '',
      step,
      deltas: [],
      argued: false,
      speaking: false,
      said: openSaidText(),
    };
    opened.set(index, open);
    switch (open.type) {
      case 'model_output':
        for (const piece of objectsAt(step, 'content')) content(open, piece);
        break;
      case 'thought': {
        const redacted = readStepSignature(step)?.redacted;
        tracker.open(0, 'reasoning', { summary: true, redacted, extensions: summaryExtensions(step) });
        const text = summaryText(step);
        if (text !== '') tracker.reasoning(0, text);
        sign(index, open, step);
        break;
      }
      case 'function_call':
        tracker.toolCall(0, index, { callId: textAt(step, 'id'), name: textAt(step, 'name') }, '');
        sign(index, open, step);
        break;
      default:
    }
    return open;
  }

  function delta(index: number, json: JsonObject): void {
    const type = textAt(json, 'type') ?? '';
    switch (type) {
      case 'text':
        return speak(openOf(index, 'model_output'), textAt(json, 'text') ?? '');
      case 'text_annotation_delta':
        return cite(openOf(index, 'model_output'), objectsAt(json, 'annotations'));
      case 'image':
      case 'audio':
      case 'video':
      case 'document':
        return content(openOf(index, 'model_output'), json);
      case 'thought_summary': {
        openOf(index, 'thought');
        const text = textAt(objectAt(json, 'content') ?? {}, 'text') ?? '';
        if (text !== '') tracker.reasoning(0, text);
        return;
      }
      case 'thought_signature':
        return sign(index, openOf(index, 'thought'), json);
      case 'arguments_delta': {
        const open = openOf(index, 'function_call');
        const piece = at(json, 'arguments');
        if (piece === undefined || piece === null || piece === '') return;
        open.argued = true;
        tracker.toolCall(0, index, {}, writtenArguments(piece));
        return;
      }
      default: {
        const open = openOf(index, type);
        if (!told.has(open.type)) open.deltas.push(json);
      }
    }
  }

  /** The step that a piece belongs to; some leave out its start. */
  function openOf(index: number, type: string): Open {
    return opened.get(index) ?? begin(index, { type });
  }

  function end(index: number): JsonObject | undefined {
    const open = opened.get(index);
    if (!open) return undefined;
    opened.delete(index);
    switch (open.type) {
      case 'model_output':
      case 'thought':
        tracker.close(0);
        return undefined;
      case 'function_call':
        if (!open.argued) tracker.toolCall(0, index, {}, writtenArguments(at(open.step, 'arguments')));
        tracker.endToolCall(0, index);
        return undefined;
      case 'user_input':
      case 'function_result':
      case '':
        return undefined;
      default: {
        const step = whole(open);
        tracker.whole(0, readHosted(step) ?? { type: 'foreign', foreign: { by, value: step } });
        return step;
      }
    }
  }

  return {
    begin: (index, step) => {
      end(index);
      begin(index, step);
    },
    delta,
    end,
    endAll(see) {
      for (const index of opened.keys()) {
        const step = end(index);
        if (step) see(step);
      }
    },
  };
}

/** A step put together: texts and lists go on, anything else is replaced. */
function whole({ step, deltas }: Open): JsonObject {
  if (deltas.length === 0) return step;
  const fields: Record<string, Json> = { ...step };
  const texts = new Map<string, string[]>();
  const lists = new Map<string, Json[]>();
  for (const piece of deltas) {
    for (const [key, value] of Object.entries(piece)) {
      if (key === 'type' || key === '__proto__') continue;
      const before = fields[key];
      if (isList(value) && (before === undefined || isList(before))) {
        const list = lists.get(key) ?? [...(before ?? [])];
        lists.set(key, list);
        for (const item of value) list.push(item);
      } else if (key === 'result' && typeof value === 'string') {
        const pieces = texts.get(key) ?? (typeof before === 'string' ? [before] : []);
        texts.set(key, pieces);
        pieces.push(value);
      } else fields[key] = value;
    }
  }
  for (const [key, list] of lists) fields[key] = list;
  for (const [key, pieces] of texts) fields[key] = pieces.join('');
  return fields;
}
