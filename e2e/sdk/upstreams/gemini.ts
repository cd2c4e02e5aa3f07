import { outputOf, reasoningTokensOf, tokens, type Turn } from './play.ts';
import type { Asked } from './asked.ts';
import { asObject, asObjects, asText, demand, onlyKnown, words, type JsonObject } from './demand.ts';
import { pieces, sse, type Script } from './script.ts';
import type { SignatureCache } from './signatures.ts';

const own = 'gemini';

/** What Google takes from who has no signature to give. https://ai.google.dev/gemini-api/docs/thought-signatures */
const noSignature = 'skip_thought_signature_validator';

const knownFields = words(
  'contents systemInstruction tools toolConfig generationConfig safetySettings cachedContent',
  'serviceTier store',
);
const knownConfig = words(
  'stopSequences responseMimeType responseSchema responseJsonSchema responseModalities',
  'candidateCount maxOutputTokens temperature topP topK seed presencePenalty',
  'frequencyPenalty responseLogprobs logprobs thinkingConfig mediaResolution speechConfig',
);
/** Of a `Schema`, which is OpenAPI's and not JSON Schema. */
const knownSchema = words(
  'type format title description nullable enum maxItems minItems properties required',
  'minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering',
  'default items minimum maximum',
);
const dataFields = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'];
const knownPart = [...dataFields, 'thought', 'thoughtSignature', 'mediaResolution', 'partMetadata'];

/** Gemini 3 and later. https://ai.google.dev/api/generate-content */
export const gemini: Script = {
  read({ body: given, url, headers }, signatures) {
    const body = asObject(camel(given), 'request');
    demand(headers.get('x-goog-api-key') !== null, 'Method doesn’t allow unregistered callers');
    onlyKnown(body, knownFields, 'request');
    const config = body['generationConfig'] === undefined ? {} : asObject(body['generationConfig'], 'generationConfig');
    onlyKnown(config, knownConfig, 'generationConfig');
    const contents = readContents(body, signatures);
    const tools = (body['tools'] === undefined ? [] : asObjects(body['tools'], 'tools')).flatMap((tool) =>
      asObjects(tool['functionDeclarations'] ?? [], 'functionDeclarations').map(readDeclaration),
    );
    const schema = config['responseJsonSchema'] ?? config['responseSchema'];
    if (config['responseSchema'] !== undefined) demandSchema(config['responseSchema'], 'responseSchema');
    if (schema !== undefined)
      demand(config['responseMimeType'] === 'application/json', 'responseMimeType must be application/json');
    const thinking = config['thinkingConfig'] === undefined ? {} : asObject(config['thinkingConfig'], 'thinkingConfig');
    onlyKnown(thinking, ['includeThoughts', 'thinkingBudget', 'thinkingLevel'], 'thinkingConfig');
    demand(
      thinking['thinkingBudget'] === undefined || thinking['thinkingLevel'] === undefined,
      'thinking_budget and thinking_level are mutually exclusive',
    );
    return {
      stream: url.pathname.endsWith(':streamGenerateContent') && url.searchParams.get('alt') === 'sse',
      thinking: thinking['includeThoughts'] === true,
      schema,
      tools,
      ...contents,
    };
  },
  whole: (turn, _asked, signatures) => answerOf(partsOf(turn, signatures), turn, true),
  frames(turn, _asked, signatures) {
    const parts = partsOf(turn, signatures).flatMap((part) =>
      typeof part['text'] === 'string' ? pieces(part['text'], 9).map((text) => ({ ...part, text })) : [part],
    );
    return [...parts.map((part) => sse(answerOf([part], turn, false))), sse(answerOf([{ text: '' }], turn, true))];
  },
  error: (code, message) => ({ error: { code, message, status: statuses[code] ?? 'UNKNOWN' } }),
  errorFrame: (message) => sse({ error: { code: 503, message, status: 'UNAVAILABLE' } }),
};

/** Objects whose names are not Google's. */
const foreign = words('parameters parametersJsonSchema responseSchema responseJsonSchema args response');

/** Google reads each name in both spellings, and Python's SDK mixes them. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const own = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [own, foreign.includes(own) ? inner : camel(inner)];
    }),
  );
}

/** Bytes in base64 of either alphabet, in the usual one. */
const standard = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
};

function answerOf(parts: readonly JsonObject[], turn: Turn, last: boolean): JsonObject {
  const thoughtsTokenCount = reasoningTokensOf(turn);
  return {
    candidates: [{ content: { role: 'model', parts }, ...(last ? { finishReason: 'STOP' } : {}), index: 0 }],
    usageMetadata: {
      promptTokenCount: tokens.input,
      cachedContentTokenCount: tokens.cached,
      ...(last ? { candidatesTokenCount: tokens.output } : {}),
      ...(last && thoughtsTokenCount > 0 ? { thoughtsTokenCount } : {}),
      totalTokenCount: tokens.input + (last ? outputOf(turn) : 0),
    },
    modelVersion: 'gemini-3-pro-preview',
    responseId: 'resp-1',
  };
}

function partsOf(turn: Turn, signatures: SignatureCache): readonly JsonObject[] {
  const { reasoning } = turn;
  return [
    ...(reasoning === undefined ? [] : [{ text: reasoning, thought: true }]),
    ...(turn.text === undefined ? [] : [{ text: turn.text }]),
    ...(turn.calls ?? []).map(({ name, args }, i) => ({
      functionCall: { name, args },
      // Gemini 3 signs the first call of a step whether reasoning is shown or not.
      ...(i === 0 ? { thoughtSignature: signatures.issue(own, { name, args }) } : {}),
    })),
  ];
}

function readDeclaration(declaration: JsonObject): string {
  const known = [
    'name',
    'description',
    'behavior',
    'parameters',
    'parametersJsonSchema',
    'response',
    'responseJsonSchema',
  ];
  onlyKnown(declaration, known, 'functionDeclarations');
  if (declaration['parameters'] !== undefined) demandSchema(declaration['parameters'], 'parameters');
  return asText(declaration['name'], 'functionDeclarations.name');
}

function demandSchema(value: unknown, where: string): void {
  const schema = asObject(value, where);
  onlyKnown(schema, knownSchema, where);
  for (const [name, inner] of Object.entries(schema['properties'] ?? {}))
    demandSchema(inner, `${where}.properties.${name}`);
  if (schema['items'] !== undefined) demandSchema(schema['items'], `${where}.items`);
}

type Content = { readonly role: 'user' | 'model'; readonly parts: readonly JsonObject[] };

function readContents(
  body: JsonObject,
  signatures: SignatureCache,
): Pick<Asked, 'prompt' | 'images' | 'step' | 'signedSteps' | 'results'> {
  const contents = joined(
    asObjects(body['contents'], 'contents').map((content, i): Content => {
      onlyKnown(content, ['role', 'parts'], `contents[${i}]`);
      const role = content['role'] ?? 'user';
      // `function` is the role that Google's first SDK gives to results.
      demand(role === 'user' || role === 'model' || role === 'function', 'Please use a valid role: user, model.');
      const parts = asObjects(content['parts'], `contents[${i}].parts`);
      demand(parts.length > 0, 'contents.parts must not be empty');
      for (const part of parts) demandPart(part, `contents[${i}].parts`);
      return { role: role === 'model' ? 'model' : 'user', parts };
    }),
  );
  demand(contents[0]?.role === 'user', 'Please ensure that the conversation starts with a user turn');
  demandPairs(contents);
  const start = contents.findLastIndex((content) => content.role === 'user' && !areResults(content));
  const since = contents.slice(start + 1);
  const asked = contents[start]?.parts ?? [];
  let signedSteps = 0;
  for (const { role, parts } of contents) {
    if (role !== 'model') continue;
    for (const part of parts) checkSignature(part, signatures);
  }
  for (const { role, parts } of since) {
    const first = role === 'model' ? parts.find((part) => part['functionCall'] !== undefined) : undefined;
    if (!first) continue;
    demand(
      first['thoughtSignature'] !== undefined,
      'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly',
    );
    if (first['thoughtSignature'] !== noSignature) signedSteps++;
  }
  return {
    prompt: asked.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join(''),
    images: asked.flatMap((part) => {
      if (part['inlineData'] === undefined) return [];
      const data = asObject(part['inlineData'], 'inlineData');
      demand(data['mimeType'] === 'image/png', 'inlineData.mimeType');
      return [standard(asText(data['data'], 'inlineData.data'))];
    }),
    step: since.filter(areResults).length,
    signedSteps,
    results: (since.at(-1)?.parts ?? []).map((part) =>
      JSON.stringify(asObject(part['functionResponse'], 'functionResponse')['response']),
    ),
  };
}

/** Neighbours of one role are one turn, but for words of the user's behind results. */
function joined(contents: readonly Content[]): readonly Content[] {
  const turns: Content[] = [];
  for (const content of contents) {
    const last = turns.at(-1);
    const together = last?.role === content.role && areResults(last) === areResults(content);
    if (last && together) turns[turns.length - 1] = { role: last.role, parts: [...last.parts, ...content.parts] };
    else turns.push(content);
  }
  return turns;
}

const areResults = ({ parts }: Content): boolean => parts.some((part) => part['functionResponse'] !== undefined);

function demandPart(part: JsonObject, where: string): void {
  onlyKnown(part, knownPart, where);
  const data = dataFields.filter((field) => part[field] !== undefined);
  demand(
    data.length === 1,
    `${where}: required oneof field 'data' must have one initialized field, not ${data.length}`,
  );
  if (part['functionResponse'] === undefined) return;
  const response = asObject(part['functionResponse'], `${where}.functionResponse`);
  onlyKnown(response, ['id', 'name', 'response', 'parts', 'willContinue', 'scheduling'], `${where}.functionResponse`);
  asObject(response['response'], `${where}.functionResponse.response`);
}

function checkSignature(part: JsonObject, signatures: SignatureCache): void {
  const { thoughtSignature, functionCall } = part;
  if (thoughtSignature === undefined || thoughtSignature === noSignature) return;
  const { name, args } = asObject(functionCall, 'the signed part');
  signatures.check(own, standard(asText(thoughtSignature, 'thoughtSignature')), { name, args });
}

function demandPairs(contents: readonly Content[]): void {
  for (const [i, { role, parts }] of contents.entries()) {
    if (role !== 'model') continue;
    const calls = parts.flatMap((part) =>
      part['functionCall'] ? [asObject(part['functionCall'], 'functionCall')] : [],
    );
    const answers = (contents[i + 1]?.parts ?? []).flatMap((part) =>
      part['functionResponse'] ? [asObject(part['functionResponse'], 'functionResponse')] : [],
    );
    demand(
      calls.length === answers.length,
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
    for (const [j, call] of calls.entries())
      demand(
        call['name'] === answers[j]?.['name'] && (call['id'] ?? answers[j]?.['id']) === answers[j]?.['id'],
        'Please ensure that function response turn comes immediately after a function call turn, with the same names and ids.',
      );
  }
}
