import { at, compact, isObject, listAt, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Usage } from '../../ir/usage.ts';
import type { Invalid, Json, JsonObject, NamedResource } from '../../protocol.ts';
import { bothSpellings, camelKey, camelKeys } from './cases.ts';
import { estimateGemini } from './inspect.ts';
import { readGeminiResources } from './resources.ts';
import { readGeminiUsage } from './usage.ts';

/*
 * Messages of the Live API (`BidiGenerateContent`), a session over a WebSocket that the client's first message sets up.
 * https://ai.google.dev/api/live
 */

/** What the first message says. */
export type LiveSetup = {
  /** Without the path that it stands in; see {@link modelInPath}. */
  readonly model: string;
  /** As it was sent, but for its own keys, which are in camel case. */
  readonly setup: JsonObject;
  readonly maxOutputTokens: number | undefined;
  /** A session that it goes on with. */
  readonly resumes: string | undefined;
};

const invalid = (why: string, param: string): Invalid => ({ invalid: why, param });

/** Reads the message that opens a session, or says why it opens none. */
export function readLiveSetup(message: JsonObject): LiveSetup | Invalid {
  const setup = objectAt(message, 'setup');
  if (!setup || Object.keys(message).length > 1)
    return invalid('The first message must be "setup", and nothing beside it.', 'setup');
  const twice = bothSpellings(setup);
  if (twice !== undefined) return invalid(`"${twice}" stands in both of its spellings.`, `setup.${twice}`);
  const own = camelKeys(setup);
  const model = modelInPath(textAt(own, 'model') ?? '');
  if (model === '') return invalid('"setup.model" must name a model.', 'setup.model');
  const config = camelKeys(objectAt(own, 'generationConfig') ?? {});
  const resumption = camelKeys(objectAt(own, 'sessionResumption') ?? {});
  const most = numberAt(config, 'maxOutputTokens');
  if (most !== undefined && (!Number.isInteger(most) || most < 1))
    return invalid('"maxOutputTokens" must be a positive integer.', 'setup.generationConfig.maxOutputTokens');
  return { model, setup: own, maxOutputTokens: most, resumes: textAt(resumption, 'handle') || undefined };
}

/** The model's name at the end of a path: `models/…`, `publishers/google/models/…`, `projects/…/models/…`. */
export function modelInPath(path: string): string {
  const before = path.lastIndexOf('models/');
  return before < 0 ? path : path.slice(before + 'models/'.length);
}

/** The same message for a model of another name, which stands there as the upstream wants it. */
export const withLiveModel = (message: JsonObject, model: string): JsonObject => ({
  ...message,
  setup: { ...objectAt(message, 'setup'), model },
});

/** What a message of a client's adds to the conversation, and asks for. */
export type LiveInput = {
  readonly isSetup: boolean;
  /** The model is to speak now; it may also do so by itself, when it hears that the user has ended. */
  readonly asks: boolean;
  /** Upper estimate. */
  readonly tokens: number;
  /** What of an account's it names. */
  readonly resources: readonly NamedResource[];
};

/** Base64 to a token: sound is 25 of them a second, at 8000 samples of 16 bits or more. https://ai.google.dev/gemini-api/docs/live-api/capabilities */
const base64PerSoundToken = 800;
/** The most that a picture is. https://ai.google.dev/gemini-api/docs/media-resolution */
const tokensPerPicture = 1120;

export function readLiveInput(message: JsonObject): LiveInput {
  const own = camelKeys(message);
  const realtime = objectAt(own, 'realtimeInput');
  if (realtime) return { ...silent, ...readRealtime(camelKeys(realtime)) };
  const content = objectAt(own, 'clientContent');
  if (content) {
    const turns = listAt(camelKeys(content), 'turns');
    const asks = at(camelKeys(content), 'turnComplete') !== false;
    return { ...silent, asks, tokens: estimateGemini(content), resources: readGeminiResources({ contents: turns }) };
  }
  const result = objectAt(own, 'toolResponse');
  if (result) {
    const parts = listAt(camelKeys(result), 'functionResponses').map((one) => ({ functionResponse: one }));
    const resources = readGeminiResources({ contents: [{ parts }] });
    return { ...silent, asks: true, tokens: estimateGemini(result), resources };
  }
  return { ...silent, isSetup: at(own, 'setup') !== undefined, tokens: estimateGemini(own) };
}

const silent: LiveInput = { isSetup: false, asks: false, tokens: 0, resources: [] };

function readRealtime(input: JsonObject): Pick<LiveInput, 'asks' | 'tokens'> {
  let tokens = Math.ceil((textAt(input, 'text') ?? '').length / 2);
  for (const blob of [objectAt(input, 'audio'), objectAt(input, 'video'), ...objectsAt(input, 'mediaChunks')])
    if (blob) tokens += tokensOfBlob(camelKeys(blob));
  return { asks: at(input, 'text') !== undefined || at(input, 'activityEnd') !== undefined, tokens };
}

function tokensOfBlob(blob: JsonObject): number {
  if (!(textAt(blob, 'mimeType') ?? '').startsWith('audio/')) return tokensPerPicture;
  return Math.ceil((textAt(blob, 'data') ?? '').length / base64PerSoundToken);
}

/** What a message of the server's tells; its usage is of one generation, and not of the session so far. */
export type LiveOutput = {
  readonly usage: Usage | undefined;
  /** The tier's words stand there. */
  readonly rawUsage: JsonObject | undefined;
  /** Something that was made: text, sound, a call. */
  readonly speaks: boolean;
  /** A generation is over: its turn, or the call of a function that the next one waits for. */
  readonly ends: boolean;
  readonly grounding: JsonObject | undefined;
  /** By which the session can be gone on with. */
  readonly handle: string | undefined;
};

export function readLiveOutput(message: JsonObject): LiveOutput {
  const raw = objectAt(message, 'usageMetadata');
  const content = objectAt(message, 'serverContent') ?? {};
  const calls = at(message, 'toolCall') !== undefined;
  return {
    usage: raw && readLiveUsage(raw),
    rawUsage: raw,
    speaks: calls || at(content, 'modelTurn') !== undefined || at(content, 'outputTranscription') !== undefined,
    ends: calls || at(content, 'turnComplete') === true,
    grounding: objectAt(content, 'groundingMetadata'),
    handle: textAt(objectAt(message, 'sessionResumptionUpdate') ?? {}, 'newHandle') || undefined,
  };
}

/** The same counts as elsewhere; those of the answer have names of their own here. Undefined when nothing is reported. */
export function readLiveUsage(raw: JsonObject): Usage | undefined {
  const own = camelKeys(raw);
  const answer = at(own, 'responseTokenCount');
  if (answer === undefined) return readGeminiUsage(own);
  return readGeminiUsage(
    compact({ ...own, candidatesTokenCount: answer, candidatesTokensDetails: at(own, 'responseTokensDetails') }),
  );
}

/** Base64 of sound to an output token: 24 000 samples of 16 bits a second, 25 tokens. */
const base64PerSpokenToken = 2560;

/** Tokens of what a message brought, as far as can be told by its length. */
export function estimateSpoken(message: JsonObject): number {
  let tokens = 0;
  for (const part of objectsAt(objectAt(objectAt(message, 'serverContent') ?? {}, 'modelTurn') ?? {}, 'parts')) {
    const data = textAt(objectAt(part, 'inlineData') ?? {}, 'data') ?? '';
    tokens += data.length / base64PerSpokenToken + (textAt(part, 'text') ?? '').length / 4;
  }
  return Math.ceil(tokens);
}

/** The setup that an ephemeral token locks, laid over a client's: whole, or the fields that its mask names. */
export function withLockedSetup(setup: JsonObject, locked: JsonObject, fields: readonly string[]): JsonObject {
  if (fields.length === 0) return compact({ model: at(setup, 'model'), ...locked });
  let out = setup;
  for (const field of fields) out = withField(out, locked, field.split('.').map(camelKey));
  return out;
}

/** One field of the mask; what the token leaves open there is taken out. */
function withField(to: JsonObject, from: JsonObject, [key = '', ...rest]: readonly string[]): JsonObject {
  const value: Json | undefined = at(from, key);
  if (rest.length === 0) {
    const { [key]: _old, ...others } = to;
    return value === undefined ? others : { ...others, [key]: value };
  }
  const inner = at(to, key);
  return {
    ...to,
    [key]: withField(isObject(inner) ? camelKeys(inner) : {}, isObject(value) ? camelKeys(value) : {}, rest),
  };
}
