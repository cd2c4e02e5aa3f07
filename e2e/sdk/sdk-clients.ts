import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI, type Content, type GenerateContentResponse } from '@google/genai';
import OpenAI from 'openai';

/** A tool call as any protocol tells it. */
export type Called = { readonly name: string; readonly args: unknown };

/** What a test asks of an official SDK, whatever its protocol. */
export type SdkClient = {
  readonly protocol: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';
  text(model: string, prompt: string): Promise<string>;
  stream(model: string, prompt: string): Promise<string>;
  tools(model: string, prompt: string): Promise<readonly Called[]>;
  /** Tool calls whose arguments were streamed. */
  streamedTools(model: string, prompt: string): Promise<readonly Called[]>;
  /** Sends a tool's result back; returns the text that follows. */
  toolResult(model: string, prompt: string, call: { readonly id: string } & Called, result: string): Promise<string>;
  /** An image with the prompt. */
  image(model: string, prompt: string, pngBase64: string): Promise<string>;
  /** Status of the error that the SDK throws. */
  errorStatus(model: string, prompt: string): Promise<number | undefined>;
};

const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
};

const statusOf = async (promise: Promise<unknown>): Promise<number | undefined> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OpenAI.APIError || error instanceof Anthropic.APIError || error instanceof ApiError)
      return Number(error.status);
    throw error;
  }
  throw new Error('the SDK threw no error');
};

/** The `openai` SDK's Chat Completions. */
export function chatClient(url: string, apiKey: string): SdkClient {
  const sdk = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const user = (content: OpenAI.ChatCompletionUserMessageParam['content']) => [{ role: 'user' as const, content }];
  const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'weather', parameters: schema } }];
  const called = (message: OpenAI.ChatCompletionMessage): Called[] =>
    (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, args: JSON.parse(call.function.arguments) as unknown }]
        : [],
    );
  const textOf = (answer: OpenAI.ChatCompletion): string => answer.choices[0]?.message.content ?? '';
  return {
    protocol: 'openai-chat',
    text: async (model, prompt) => textOf(await sdk.chat.completions.create({ model, messages: user(prompt) })),
    async stream(model, prompt) {
      let text = '';
      for await (const chunk of await sdk.chat.completions.create({ model, messages: user(prompt), stream: true }))
        text += chunk.choices[0]?.delta.content ?? '';
      return text;
    },
    async tools(model, prompt) {
      const answer = await sdk.chat.completions.create({ model, messages: user(prompt), tools });
      return answer.choices.flatMap((choice) => called(choice.message));
    },
    async streamedTools(model, prompt) {
      return called(await sdk.chat.completions.stream({ model, messages: user(prompt), tools }).finalMessage());
    },
    async toolResult(model, prompt, call, result) {
      const fn = { name: call.name, arguments: JSON.stringify(call.args) };
      return textOf(
        await sdk.chat.completions.create({
          model,
          tools,
          messages: [
            ...user(prompt),
            { role: 'assistant', content: null, tool_calls: [{ id: call.id, type: 'function', function: fn }] },
            { role: 'tool', tool_call_id: call.id, content: result },
          ],
        }),
      );
    },
    async image(model, prompt, png) {
      const content = [
        { type: 'text' as const, text: prompt },
        { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${png}` } },
      ];
      return textOf(await sdk.chat.completions.create({ model, messages: user(content) }));
    },
    errorStatus: (model, prompt) => statusOf(sdk.chat.completions.create({ model, messages: user(prompt) })),
  };
}

/** The `@anthropic-ai/sdk`'s Messages. */
export function messagesClient(url: string, apiKey: string): SdkClient {
  const sdk = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
  const user = (content: Anthropic.MessageParam['content']) => [{ role: 'user' as const, content }];
  const tools: Anthropic.Tool[] = [{ name: 'weather', input_schema: schema }];
  const max_tokens = 200;
  const textOf = (message: Anthropic.Message): string =>
    message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
  const called = (message: Anthropic.Message): Called[] =>
    message.content.flatMap((block) => (block.type === 'tool_use' ? [{ name: block.name, args: block.input }] : []));
  return {
    protocol: 'anthropic-messages',
    text: async (model, prompt) => textOf(await sdk.messages.create({ model, max_tokens, messages: user(prompt) })),
    stream: async (model, prompt) =>
      textOf(await sdk.messages.stream({ model, max_tokens, messages: user(prompt) }).finalMessage()),
    tools: async (model, prompt) =>
      called(await sdk.messages.create({ model, max_tokens, messages: user(prompt), tools })),
    streamedTools: async (model, prompt) =>
      called(await sdk.messages.stream({ model, max_tokens, messages: user(prompt), tools }).finalMessage()),
    async toolResult(model, prompt, call, result) {
      return textOf(
        await sdk.messages.create({
          model,
          max_tokens,
          tools,
          messages: [
            ...user(prompt),
            { role: 'assistant', content: [{ type: 'tool_use', id: call.id, name: call.name, input: call.args }] },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: result }] },
          ],
        }),
      );
    },
    async image(model, prompt, png) {
      const source = { type: 'base64' as const, media_type: 'image/png' as const, data: png };
      const content = [
        { type: 'image' as const, source },
        { type: 'text' as const, text: prompt },
      ];
      return textOf(await sdk.messages.create({ model, max_tokens, messages: user(content) }));
    },
    errorStatus: (model, prompt) => statusOf(sdk.messages.create({ model, max_tokens, messages: user(prompt) })),
  };
}

/** The `openai` SDK's Responses. */
export function responsesClient(url: string, apiKey: string): SdkClient {
  const sdk = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const tools: OpenAI.Responses.FunctionTool[] = [
    { type: 'function', name: 'weather', parameters: schema, strict: false },
  ];
  const called = (response: OpenAI.Responses.Response): Called[] =>
    response.output.flatMap((item) =>
      item.type === 'function_call' ? [{ name: item.name, args: JSON.parse(item.arguments) as unknown }] : [],
    );
  return {
    protocol: 'openai-responses',
    text: async (model, prompt) => (await sdk.responses.create({ model, input: prompt })).output_text,
    stream: async (model, prompt) => (await sdk.responses.stream({ model, input: prompt }).finalResponse()).output_text,
    tools: async (model, prompt) => called(await sdk.responses.create({ model, input: prompt, tools })),
    streamedTools: async (model, prompt) =>
      called(await sdk.responses.stream({ model, input: prompt, tools }).finalResponse()),
    async toolResult(model, prompt, call, result) {
      const response = await sdk.responses.create({
        model,
        tools,
        input: [
          { role: 'user', content: prompt },
          { type: 'function_call', call_id: call.id, name: call.name, arguments: JSON.stringify(call.args) },
          { type: 'function_call_output', call_id: call.id, output: result },
        ],
      });
      return response.output_text;
    },
    async image(model, prompt, png) {
      const response = await sdk.responses.create({
        model,
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: prompt },
              { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'auto' },
            ],
          },
        ],
      });
      return response.output_text;
    },
    errorStatus: (model, prompt) => statusOf(sdk.responses.create({ model, input: prompt })),
  };
}

/** The `@google/genai` SDK's generateContent. */
export function geminiClient(url: string, apiKey: string): SdkClient {
  const sdk = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
  const config = { tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: schema }] }] };
  const textOf = (answer: GenerateContentResponse): string => answer.text ?? '';
  const called = (answer: GenerateContentResponse): Called[] =>
    (answer.functionCalls ?? []).map((call) => ({ name: call.name ?? '', args: call.args }));
  return {
    protocol: 'gemini',
    text: async (model, prompt) => textOf(await sdk.models.generateContent({ model, contents: prompt })),
    async stream(model, prompt) {
      let text = '';
      for await (const chunk of await sdk.models.generateContentStream({ model, contents: prompt }))
        text += textOf(chunk);
      return text;
    },
    tools: async (model, prompt) => called(await sdk.models.generateContent({ model, contents: prompt, config })),
    async streamedTools(model, prompt) {
      const all: Called[] = [];
      for await (const chunk of await sdk.models.generateContentStream({ model, contents: prompt, config }))
        all.push(...called(chunk));
      return all;
    },
    async toolResult(model, prompt, { id, name, args }, result) {
      const contents: Content[] = [
        { role: 'user', parts: [{ text: prompt }] },
        { role: 'model', parts: [{ functionCall: { id, name, args: args as Record<string, unknown> } }] },
        { role: 'user', parts: [{ functionResponse: { id, name, response: { output: result } } }] },
      ];
      return textOf(await sdk.models.generateContent({ model, contents, config }));
    },
    async image(model, prompt, png) {
      const parts = [{ text: prompt }, { inlineData: { mimeType: 'image/png', data: png } }];
      return textOf(await sdk.models.generateContent({ model, contents: [{ role: 'user', parts }] }));
    },
    errorStatus: (model, prompt) => statusOf(sdk.models.generateContent({ model, contents: prompt })),
  };
}
