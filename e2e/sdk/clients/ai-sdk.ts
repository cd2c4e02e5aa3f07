import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateText,
  jsonSchema,
  Output,
  streamText,
  tool,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  type ToolSet,
} from 'ai';
import {
  weatherDescription,
  weatherSchema,
  type Answer,
  type MakeClient,
  type SdkClient,
  type Settings,
} from './client.ts';

type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

type Vendor = Pick<SdkClient, 'name' | 'protocol'> & {
  readonly model: (id: string) => LanguageModel;
  readonly options: (settings: Settings) => ProviderOptions;
};

/** Tools without an `execute` are answered by the application. */
const tools = { weather: tool({ description: weatherDescription, inputSchema: jsonSchema(weatherSchema) }) } as ToolSet;

/** Vercel's AI SDK with one of its providers. */
const clientOf = ({ name, protocol, model: modelOf, options }: Vendor): SdkClient => ({
  name,
  protocol,
  failureOf: (error) =>
    APICallError.isInstance(error)
      ? { status: error.statusCode, retryAfter: error.responseHeaders?.['retry-after'] }
      : undefined,
  begin(settings) {
    const { stream, signal, onText } = settings;
    let { model } = settings;
    const messages: ModelMessage[] = [];
    let calls: readonly { readonly toolCallId: string; readonly toolName: string; readonly input: unknown }[] = [];
    const ask = async (): Promise<Answer> => {
      const request = {
        model: modelOf(model),
        messages,
        maxRetries: 0,
        providerOptions: options(settings),
        ...(signal ? { abortSignal: signal } : {}),
        ...(settings.tools ? { tools } : {}),
        ...(settings.schema ? { output: Output.object({ schema: jsonSchema(weatherSchema) }) } : {}),
      };
      if (!stream) {
        const answer = await generateText(request);
        messages.push(...answer.responseMessages);
        calls = answer.toolCalls;
        return answerOf(answer.text, answer.reasoningText, calls, answer.usage, answer.finishReason, 0);
      }
      let argumentPieces = 0;
      // Errors are parts of the stream, and are thrown below.
      const answer = streamText({ ...request, onError: () => undefined });
      for await (const part of answer.stream) {
        if (part.type === 'error') throw part.error;
        if (part.type === 'abort') throw new DOMException('aborted', 'AbortError');
        if (part.type === 'text-delta') onText?.();
        if (part.type === 'tool-input-delta') argumentPieces++;
      }
      messages.push(...(await answer.responseMessages));
      calls = await answer.toolCalls;
      const [text, reasoning, usage, finish] = await Promise.all([
        answer.text,
        answer.reasoningText,
        answer.usage,
        answer.finishReason,
      ]);
      return answerOf(text, reasoning, calls, usage, finish, argumentPieces);
    };
    return {
      say(prompt, png) {
        messages.push({
          role: 'user',
          content: png
            ? [
                { type: 'text', text: prompt },
                { type: 'file', data: png, mediaType: 'image/png' },
              ]
            : prompt,
        });
        return ask();
      },
      giveResults(results) {
        messages.push({
          role: 'tool',
          content: results.map((value, i) => ({
            type: 'tool-result',
            toolCallId: calls[i]?.toolCallId ?? '',
            toolName: calls[i]?.toolName ?? '',
            output: { type: 'text', value },
          })),
        });
        return ask();
      },
      moveTo(other) {
        model = other;
      },
    };
  },
});

function answerOf(
  text: string,
  reasoning: string | undefined,
  calls: readonly { readonly toolName: string; readonly input: unknown }[],
  usage: LanguageModelUsage,
  finish: string,
  argumentPieces: number,
): Answer {
  return {
    text,
    reasoning: reasoning ?? '',
    calls: calls.map((call) => ({ name: call.toolName, args: call.input })),
    usage: { input: usage.inputTokens ?? Number.NaN, output: usage.outputTokens ?? Number.NaN },
    complete: finish === 'stop' || finish === 'tool-calls',
    argumentPieces,
  };
}

/** `@ai-sdk/openai` over Chat Completions. */
export const aiOpenaiChat: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'ai openai.chat',
    protocol: 'openai-chat',
    model: (id) => createOpenAI({ baseURL: `${url}/v1`, apiKey }).chat(id),
    options: ({ think }) => (think ? { openai: { reasoningEffort: 'medium', forceReasoning: true } } : {}),
  });

/** `@ai-sdk/openai` as it is by default: Responses. */
export const aiOpenai: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'ai openai',
    protocol: 'openai-responses',
    model: (id) => createOpenAI({ baseURL: `${url}/v1`, apiKey })(id),
    options: ({ think }) => ({
      openai: {
        store: false,
        ...(think ? { reasoningEffort: 'medium', reasoningSummary: 'auto', forceReasoning: true } : {}),
        ...(think ? { include: ['reasoning.encrypted_content'] } : {}),
      },
    }),
  });

/** `@ai-sdk/anthropic`. */
export const aiAnthropic: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'ai anthropic',
    protocol: 'anthropic-messages',
    model: (id) => createAnthropic({ baseURL: `${url}/v1`, apiKey })(id),
    options: ({ think }) => ({
      anthropic: {
        structuredOutputMode: 'outputFormat',
        ...(think ? { thinking: { type: 'enabled', budgetTokens: 2000 } } : {}),
      },
    }),
  });

/** `@ai-sdk/google`. */
export const aiGoogle: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'ai google',
    protocol: 'gemini',
    model: (id) => createGoogle({ baseURL: `${url}/v1beta`, apiKey })(id),
    options: ({ think }) =>
      think ? { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } } : {},
  });
