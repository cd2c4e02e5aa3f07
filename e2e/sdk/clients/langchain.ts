import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  HumanMessage,
  ToolMessage,
  type AIMessageChunk,
  type BaseMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import {
  weatherDescription,
  weatherSchema,
  type Answer,
  type Failure,
  type MakeClient,
  type SdkClient,
  type Settings,
} from './client.ts';

type Vendor = Pick<SdkClient, 'name' | 'protocol'> & {
  readonly model: (settings: Settings) => BaseChatModel;
  /** What reasoning the message shows. */
  readonly reasoningOf?: (message: AIMessageChunk) => string;
  /** The vendor's SDK shows the headers of an error. */
  readonly headers: boolean;
  /** False where LangChain counts an answer's tokens wrongly by itself. */
  readonly counts?: (settings: Settings) => boolean;
};

const tools = [
  {
    type: 'function' as const,
    function: { name: 'weather', description: weatherDescription, parameters: weatherSchema },
  },
];

/** LangChain with one of its chat models. */
const clientOf = ({ name, protocol, model: modelOf, reasoningOf, headers, counts }: Vendor): SdkClient => ({
  name,
  protocol,
  failureOf: (error) => failureOf(error, headers),
  begin(settings) {
    let model = modelOf(settings);
    const messages: BaseMessage[] = [];
    let last: AIMessageChunk | undefined;
    const ask = async (): Promise<Answer> => {
      const { stream, signal, onText } = settings;
      const options = signal ? { signal } : {};
      if (settings.schema) {
        const structured = model.withStructuredOutput(weatherSchema, { name: 'answer', method: 'jsonSchema' });
        return { ...nothing, text: JSON.stringify(await structured.invoke(messages, options)) };
      }
      const bound = settings.tools ? bind(model) : model;
      let argumentPieces = 0;
      if (stream) {
        last = undefined;
        for await (const chunk of await bound.stream(messages, options)) {
          last = last ? last.concat(chunk) : chunk;
          argumentPieces += chunk.tool_call_chunks?.length ?? 0;
          if (chunk.text !== '') onText?.();
        }
      } else last = await bound.invoke(messages, options);
      if (!last) throw new Error('a stream without a chunk');
      messages.push(last);
      const usage = (counts?.(settings) ?? true) ? (last.usage_metadata as UsageMetadata | undefined) : undefined;
      const metadata = last.response_metadata;
      return {
        text: last.text,
        reasoning: reasoningOf ? reasoningOf(last) : standardReasoning(last),
        calls: (last.tool_calls ?? []).map((call) => ({ name: call.name, args: call.args })),
        usage: usage && { input: usage.input_tokens, output: usage.output_tokens },
        complete: endings.has(String(finishOf(metadata, last))),
        argumentPieces,
      };
    };
    return {
      say(prompt, png) {
        const image_url = { url: `data:image/png;base64,${png}` };
        messages.push(
          new HumanMessage(
            png
              ? {
                  content: [
                    { type: 'text', text: prompt },
                    { type: 'image_url', image_url },
                  ],
                }
              : prompt,
          ),
        );
        return ask();
      },
      giveResults(results) {
        for (const [i, content] of results.entries()) {
          const call = last?.tool_calls?.[i];
          messages.push(new ToolMessage({ content, tool_call_id: call?.id ?? '', name: call?.name ?? '' }));
        }
        return ask();
      },
      moveTo(other) {
        model = modelOf({ ...settings, model: other });
      },
    };
  },
});

const nothing: Answer = {
  text: '',
  reasoning: '',
  calls: [],
  usage: undefined,
  complete: true,
  argumentPieces: 0,
};

function bind(model: BaseChatModel): Pick<BaseChatModel, 'invoke' | 'stream'> {
  if (!model.bindTools) throw new Error('the model takes no tools');
  return model.bindTools(tools);
}

const endings = new Set(['stop', 'tool_calls', 'end_turn', 'tool_use', 'STOP', 'completed']);

function finishOf(metadata: Readonly<Record<string, unknown>>, message: AIMessageChunk): unknown {
  const extra = message.additional_kwargs;
  return (
    metadata['finish_reason'] ??
    metadata['finishReason'] ??
    metadata['stop_reason'] ??
    extra['stop_reason'] ??
    extra['finishReason'] ??
    metadata['status']
  );
}

/** Reasoning in LangChain's own words for it, whatever the vendor's. */
const standardReasoning = (message: AIMessageChunk): string =>
  message.contentBlocks.map((block) => (block.type === 'reasoning' ? block.reasoning : '')).join('');

/** What a message's content shows as reasoning, where LangChain's own words for it do not cover a whole answer. */
const reasoningInContent = ({ content }: AIMessageChunk): string =>
  typeof content === 'string'
    ? ''
    : content.map((block) => (block.type === 'thinking' ? String(block['thinking']) : '')).join('');

/** LangChain throws what the vendor's SDK throws, or wraps it. */
function failureOf(error: unknown, headers: boolean): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, headers: shown } = error as { readonly status?: number; readonly headers?: Headers };
  if (status === undefined) return undefined;
  return { status, retryAfter: headers ? (shown?.get('retry-after') ?? undefined) : null };
}

const base = { maxRetries: 0 } as const;

/** `@langchain/openai` over Chat Completions. */
export const langchainChat: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'langchain openai',
    protocol: 'openai-chat',
    headers: true,
    model: ({ model, think }) =>
      new ChatOpenAI({
        ...base,
        model,
        apiKey,
        configuration: { baseURL: `${url}/v1` },
        useResponsesApi: false,
        ...(think ? { reasoning: { effort: 'medium' } } : {}),
      }),
    reasoningOf: (message) => (message.additional_kwargs['reasoning_content'] as string | undefined) ?? '',
  });

/** `@langchain/openai` over Responses, with nothing kept on the server. */
export const langchainResponses: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'langchain responses',
    protocol: 'openai-responses',
    headers: true,
    model: ({ model, think }) =>
      new ChatOpenAI({
        ...base,
        model,
        apiKey,
        configuration: { baseURL: `${url}/v1` },
        useResponsesApi: true,
        zdrEnabled: true,
        ...(think ? { reasoning: { effort: 'medium', summary: 'auto' } } : {}),
        ...(think ? { modelKwargs: { include: ['reasoning.encrypted_content'] } } : {}),
      }),
  });

/** `@langchain/anthropic`. */
export const langchainAnthropic: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'langchain anthropic',
    protocol: 'anthropic-messages',
    headers: true,
    // Of a stream it takes the input from the first event, where it may still be an estimate, and adds up its outputs.
    counts: ({ stream }) => stream !== true,
    model: ({ model, think }) =>
      new ChatAnthropic({
        ...base,
        model,
        apiKey,
        anthropicApiUrl: url,
        maxTokens: 4000,
        ...(think ? { thinking: { type: 'enabled', budget_tokens: 2000 } } : {}),
      }),
  });

/** `@langchain/google-genai`. */
export const langchainGoogle: MakeClient = (url, apiKey) =>
  clientOf({
    name: 'langchain google',
    protocol: 'gemini',
    headers: false,
    // It leaves reasoning out.
    counts: ({ think }) => think !== true,
    reasoningOf: reasoningInContent,
    model: ({ model, think }) =>
      new ChatGoogleGenerativeAI({
        ...base,
        model,
        apiKey,
        baseUrl: url,
        ...(think ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } : {}),
      }),
  });
