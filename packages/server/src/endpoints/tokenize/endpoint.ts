import { shorten } from '@tollgate/wire/text';
import { at, isList, isObject, listAt, textAt } from '@tollgate/wire/json/fields';
import { unknownModel, type ModelTraits } from '@tollgate/wire/models/traits';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { withModel } from '@tollgate/wire/protocols/openai-chat/edits';
import { Refusal } from '../../domain/refusal.ts';
import { errorAnswer, wordsOfRefusal } from '../../relay/answer/error-answer.ts';
import { answerHeaders } from '../../relay/answer/headers.ts';
import type { Inspected } from '../../relay/request-context.ts';
import { encoderOf } from '../../services/tokens/tokenizers.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { jsonEndpoint, type Reading } from '../shared/json-endpoint.ts';

/** As Cohere has it; more is not read by anybody at once. */
const maxCharacters = 65_536;

/**
 * The tokens of a text, for nothing. It is asked for as Cohere's clients do (`text`) or vLLM's (`prompt`, `messages`), and answered
 * in both their words. Who serves the model is asked where it tells tokens; else the gateway tells those of public encodings.
 * https://docs.cohere.com/reference/tokenize
 * https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#tokenizer-api
 */
export const tokenizeEndpoint = jsonEndpoint({
  id: 'tokenize',
  title: 'Tokens of a text',
  routes: [{ method: 'POST', path: '/v1/tokenize' }],
  protocol: 'openai-chat',
  operation: 'tokenize',
  errors: passthroughOf('openai-chat'),
  charged: false,
  inspect: inspectTokenize,
  read: readTokens,
  withModel(json, model) {
    const { text, ...rest } = withModel(json, model);
    // Whoever asks with `text` wants to see the tokens.
    return text === undefined ? rest : { ...rest, prompt: text, return_token_strs: true };
  },
  translators: {
    cohere: {
      write(context, { upstreamModel }) {
        const text = textOf(context);
        if (text === undefined)
          throw new Refusal('invalid_request', 'This model’s vendor reads text alone.', { param: 'messages' });
        return { value: { model: upstreamModel, text }, losses: [] };
      },
      read(context, _candidate, json) {
        const tokens = isObject(json) ? listAt(json, 'tokens') : [];
        const texts = isObject(json) ? listAt(json, 'token_strings') : [];
        return tokens.length === 0 ? noTokens : { json: answerOf(context.summary.model, tokens, texts) };
      },
    },
  },
  fallback: tokenize,
});

const noTokens = { empty: 'the upstream answered 200 without tokens' } as const;

/** Never throws, on any JSON. */
export function inspectTokenize(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  const { body, model } = named;
  const messages = at(body, 'messages');
  const text = textAt(body, 'text') ?? textAt(body, 'prompt');
  if (messages !== undefined && !isList(messages))
    return { invalid: '"messages" must be an array.', param: 'messages' };
  if (messages === undefined && (text === undefined || text === '' || text.length > maxCharacters))
    return { invalid: `"text" must be a string of 1 to ${maxCharacters} characters.`, param: 'text' };
  return summaryOf(model, body);
}

const textOf = ({ body }: Pick<Inspected, 'body'>): string | undefined => {
  const json = body.json as JsonObject;
  return textAt(json, 'text') ?? textAt(json, 'prompt');
};

const answerOf = (model: string, tokens: readonly Json[], texts: readonly Json[]): JsonObject => ({
  model,
  count: tokens.length,
  tokens,
  token_strings: texts,
});

function readTokens(json: Json, context: Inspected): Reading {
  if (!isObject(json) || !isList(at(json, 'tokens'))) return noTokens;
  const asked = context.body.json as JsonObject;
  const texts = at(json, 'token_strs');
  return {
    instead: textAt(asked, 'text') !== undefined && isList(texts) ? { ...json, token_strings: texts } : undefined,
  };
}

/** The gateway's own answer, for models whose encoding is public. */
function tokenize(context: Inspected): Response {
  const { model } = context.summary;
  const text = textOf(context);
  const encode = encoderOf(traitsOf(context));
  if (!encode || text === undefined) {
    const why = encode ? 'of conversations' : `of the model "${shorten(model)}"`;
    const refusal = new Refusal('operation_not_supported', `Nobody tells the tokens ${why}; ask how many they are.`, {
      param: 'model',
    });
    return errorAnswer(context, wordsOfRefusal(refusal), undefined);
  }
  const tokens = encode(text);
  const json = answerOf(
    model,
    tokens.map(({ id }) => id),
    tokens.map((token) => token.text),
  );
  return Response.json(json, { headers: answerHeaders(context, 'application/json') });
}

/** What is known of the model by whoever serves it. */
function traitsOf({ snapshot, group, summary }: Inspected): ModelTraits {
  const channels = snapshot.routes.get(group)?.get(summary.model) ?? [];
  for (const { models } of channels) {
    const traits = models.get(summary.model)?.traits;
    if (traits?.encoding !== undefined) return traits;
  }
  return unknownModel;
}
