import OpenAI from 'openai';
import {
  weatherDescription,
  weatherSchema,
  type Answer,
  type Called,
  type Failure,
  type MakeClient,
} from './client.ts';

/** How the `openai` SDK tells an error. */
function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof OpenAI.APIError)) return undefined;
  const { status, headers } = error as InstanceType<typeof OpenAI.APIError>;
  return { status, retryAfter: headers?.get('retry-after') ?? undefined };
}

/** Reasoning as compatible vendors tell it, outside of OpenAI's types. */
const reasoningTokensOf = (from: object): string => {
  const told = from as { readonly reasoning_content?: string | null; readonly reasoning?: string | null };
  return told.reasoning_content ?? told.reasoning ?? '';
};

/** The `openai` SDK's Chat Completions. */
export const openaiChat: MakeClient = (url, apiKey) => {
  const sdk = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const tools: OpenAI.ChatCompletionTool[] = [
    {
      type: 'function',
      function: { name: 'weather', description: weatherDescription, parameters: weatherSchema, strict: true },
    },
  ];
  const json_schema = { name: 'answer', strict: true, schema: weatherSchema };
  const called = (message: OpenAI.ChatCompletionMessage): Called[] =>
    (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, args: JSON.parse(call.function.arguments) as unknown }]
        : [],
    );
  return {
    name: 'openai chat',
    protocol: 'openai-chat',
    failureOf,
    begin({ model: first, stream, signal, onText, ...wanted }) {
      let model = first;
      const messages: OpenAI.ChatCompletionMessageParam[] = [];
      let calls: readonly string[] = [];
      const ask = async (): Promise<Answer> => {
        const body = {
          model,
          messages,
          ...(wanted.tools ? { tools, parallel_tool_calls: true } : {}),
          ...(wanted.think ? { reasoning_effort: 'medium' as const } : {}),
          ...(wanted.schema ? { response_format: { type: 'json_schema' as const, json_schema } } : {}),
        };
        let reasoning = '';
        let argumentPieces = 0;
        const complete = async (): Promise<OpenAI.ChatCompletion> => {
          if (!stream) return sdk.chat.completions.create(body, { signal });
          const runner = sdk.chat.completions.stream({ ...body, stream_options: { include_usage: true } }, { signal });
          runner.on('chunk', (chunk) => {
            reasoning += reasoningTokensOf(chunk.choices[0]?.delta ?? {});
            if (chunk.choices[0]?.delta.content) onText?.();
          });
          runner.on('tool_calls.function.arguments.delta', () => argumentPieces++);
          return runner.finalChatCompletion();
        };
        const answer = await complete();
        const [choice] = answer.choices;
        if (!choice) throw new Error('an answer without a choice');
        messages.push(choice.message);
        calls = (choice.message.tool_calls ?? []).map((call) => call.id);
        return {
          text: choice.message.content ?? '',
          reasoning: stream ? reasoning : reasoningTokensOf(choice.message),
          calls: called(choice.message),
          usage: answer.usage && { input: answer.usage.prompt_tokens, output: answer.usage.completion_tokens },
          complete: choice.finish_reason === 'stop' || choice.finish_reason === 'tool_calls',
          argumentPieces,
        };
      };
      return {
        say(prompt, png) {
          const image_url = { url: `data:image/png;base64,${png}` };
          const content = png
            ? [
                { type: 'text' as const, text: prompt },
                { type: 'image_url' as const, image_url },
              ]
            : prompt;
          messages.push({ role: 'user', content });
          return ask();
        },
        giveResults(results) {
          for (const [i, content] of results.entries())
            messages.push({ role: 'tool', tool_call_id: calls[i] ?? '', content });
          return ask();
        },
        moveTo(other) {
          model = other;
        },
      };
    },
  };
};

/** The `openai` SDK's Responses, which keeps nothing on the server, as who wants to carry its own history does. */
export const openaiResponses: MakeClient = (url, apiKey) => {
  const sdk = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const tools: OpenAI.Responses.FunctionTool[] = [
    { type: 'function', name: 'weather', description: weatherDescription, parameters: weatherSchema, strict: true },
  ];
  const format = { type: 'json_schema' as const, name: 'answer', strict: true, schema: weatherSchema };
  return {
    name: 'openai responses',
    protocol: 'openai-responses',
    failureOf,
    begin({ model: first, stream, signal, onText, ...wanted }) {
      let model = first;
      const input: OpenAI.Responses.ResponseInput = [];
      let calls: readonly OpenAI.Responses.ResponseFunctionToolCall[] = [];
      const ask = async (): Promise<Answer> => {
        const body = {
          model,
          input,
          store: false,
          ...(wanted.tools ? { tools } : {}),
          ...(wanted.think
            ? {
                reasoning: { effort: 'medium' as const, summary: 'auto' as const },
                include: ['reasoning.encrypted_content' as const],
              }
            : {}),
          ...(wanted.schema ? { text: { format } } : {}),
        };
        let argumentPieces = 0;
        const complete = async (): Promise<OpenAI.Responses.Response> => {
          if (!stream) return sdk.responses.create(body, { signal });
          const runner = sdk.responses.stream(body, { signal });
          runner.on('response.output_text.delta', () => onText?.());
          runner.on('response.function_call_arguments.delta', () => argumentPieces++);
          return runner.finalResponse();
        };
        const answer = await complete();
        for (const item of answer.output) input.push(item as OpenAI.Responses.ResponseInputItem);
        calls = answer.output.filter((item) => item.type === 'function_call');
        return {
          text: answer.output_text,
          reasoning: answer.output
            .flatMap((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text) : []))
            .join('\n\n'),
          calls: calls.map((call) => ({ name: call.name, args: JSON.parse(call.arguments) as unknown })),
          usage: answer.usage && { input: answer.usage.input_tokens, output: answer.usage.output_tokens },
          complete: answer.status === 'completed',
          argumentPieces,
        };
      };
      return {
        say(prompt, png) {
          const image_url = `data:image/png;base64,${png}`;
          input.push({
            role: 'user',
            content: png
              ? [
                  { type: 'input_text', text: prompt },
                  { type: 'input_image', image_url, detail: 'auto' },
                ]
              : prompt,
          });
          return ask();
        },
        giveResults(results) {
          for (const [i, output] of results.entries())
            input.push({ type: 'function_call_output', call_id: calls[i]?.call_id ?? '', output });
          return ask();
        },
        moveTo(other) {
          model = other;
        },
      };
    },
  };
};
