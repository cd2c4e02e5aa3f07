import { at, isList, isObject, textAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { faultOfPredict, predictCount } from '@tollgate/wire/protocols/gemini/images';
import { readPredictResources } from '@tollgate/wire/protocols/gemini/resources';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import {
  askedSizeAndQuality,
  mostImageTokens,
  mostInputImageTokens,
  readPictureResources,
} from '@tollgate/wire/protocols/openai-media/images';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import type { InspectLimits } from '../../relay/call.ts';
import { filesOf } from '../shared/form.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';

/** What of a request for pictures must be there. */
export type ImagesNeeds = {
  readonly prompt: boolean;
  /** A picture to begin with. */
  readonly picture: boolean;
  /** The model of who names none; undefined where one must be named. */
  readonly defaultModel: string;
};

/** Reads a request for pictures, of JSON or of a form. Never throws, on any JSON. */
export function inspectImages(json: Json, needs: ImagesNeeds, limits: InspectLimits): RequestSummary | Invalid {
  const named = withModelOf(
    isObject(json) && (at(json, 'model') ?? null) === null ? { ...json, model: needs.defaultModel } : json,
  );
  if ('invalid' in named) return named;
  const { body, model } = named;
  const fault = faultOf(body, needs);
  if (fault) return fault;
  const n = wholeNumber(at(body, 'n'));
  if (n === undefined || n < 1 || n > limits.maxChoices)
    return { invalid: `"n" must be a whole number from 1 to ${limits.maxChoices}.`, param: 'n' };
  const partials = wholeNumber(at(body, 'partial_images'), 0);
  if (partials === undefined || partials > 10)
    return { invalid: '"partial_images" must be a small whole number.', param: 'partial_images' };
  const stream = flag(at(body, 'stream'));
  if (stream === undefined) return { invalid: '"stream" must be true or false.', param: 'stream' };
  const pictures = picturesOf(body);
  return summaryOf(model, body, {
    stream,
    choices: n,
    maxOutputTokens: mostImageTokens(askedSizeAndQuality(body).quality, partials),
    inputEstimate: estimateInput(textAt(body, 'prompt') ?? '') + 50 + pictures * mostInputImageTokens,
    counted: { images: n },
    references: referencesTo(readPictureResources(body)),
  });
}

/** Reads a request for pictures of Google's method, where the model stands in the path. Never throws, on any JSON. */
export function inspectPredict(json: Json, model: string, limits: InspectLimits): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const fault = faultOfPredict(json);
  if (fault) return fault;
  const n = wholeNumber(predictCount(json));
  if (n === undefined || n < 1 || n > limits.maxChoices)
    return {
      invalid: `parameters.sampleCount: must be a whole number from 1 to ${limits.maxChoices}.`,
      param: 'parameters.sampleCount',
    };
  return summaryOf(model, json, {
    choices: n,
    maxOutputTokens: mostImageTokens(undefined, 0),
    counted: { images: n },
    references: referencesTo(readPredictResources(json)),
  });
}

function faultOf(body: JsonObject, { prompt, picture }: ImagesNeeds): Invalid | undefined {
  const words = at(body, 'prompt');
  if (prompt && (typeof words !== 'string' || words === ''))
    return { invalid: '"prompt" must be a non-empty string.', param: 'prompt' };
  if (picture && picturesOf(body) === 0) return { invalid: '"image" must be given.', param: 'image' };
  for (const name of ['size', 'quality']) {
    const value = at(body, name) ?? '';
    if (typeof value !== 'string') return { invalid: `"${name}" must be a string.`, param: name };
    // A cross that is no letter is passed on by some vendors and not understood by others.
    if (value.includes('×')) return { invalid: `"${name}" must be written with the letter x.`, param: name };
  }
  return undefined;
}

/** Pictures that are put in: files of a form, or what JSON names. */
function picturesOf(body: JsonObject): number {
  const files = filesOf(body, 'image').length;
  const named = at(body, 'images') ?? at(body, 'image');
  return Math.max(files, isList(named) ? named.length : 0, typeof named === 'string' && named !== '' ? 1 : 0);
}

/** A number as JSON or a form has it; `preset` where there is none. */
function wholeNumber(value: Json | undefined, preset = 1): number | undefined {
  if (value === undefined || value === null || value === '') return preset;
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function flag(value: Json | undefined): boolean | undefined {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : undefined;
}
