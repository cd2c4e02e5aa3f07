import Anthropic from '@anthropic-ai/sdk';
import { weatherDescription, weatherSchema, type Answer, type MakeClient } from './client.ts';

/** The `@anthropic-ai/sdk`'s Messages. */
export const anthropicMessages: MakeClient = (url, apiKey) => {
  const sdk = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
  const tools: Anthropic.Tool[] = [
    { name: 'weather', description: weatherDescription, input_schema: { ...weatherSchema } },
  ];
  const format = { type: 'json_schema' as const, schema: weatherSchema };
  return {
    name: 'anthropic',
    protocol: 'anthropic-messages',
    failureOf(error) {
      if (!(error instanceof Anthropic.APIError)) return undefined;
      const { status, headers } = error as InstanceType<typeof Anthropic.APIError>;
      return { status, retryAfter: headers?.get('retry-after') ?? undefined };
    },
    begin({ model: first, stream, signal, onText, ...wanted }) {
      let model = first;
      const messages: Anthropic.MessageParam[] = [];
      let calls: readonly Anthropic.ToolUseBlock[] = [];
      const ask = async (): Promise<Answer> => {
        const body = {
          model,
          max_tokens: 4000,
          messages,
          ...(wanted.tools ? { tools } : {}),
          ...(wanted.think ? { thinking: { type: 'enabled' as const, budget_tokens: 2000 } } : {}),
          ...(wanted.schema ? { output_config: { format } } : {}),
        };
        let argumentPieces = 0;
        const complete = async (): Promise<Anthropic.Message> => {
          if (!stream) return sdk.messages.create(body, { signal });
          const runner = sdk.messages.stream(body, { signal });
          runner.on('text', () => onText?.());
          runner.on('inputJson', () => argumentPieces++);
          return runner.finalMessage();
        };
        const message = await complete();
        const { content, usage, stop_reason } = message;
        messages.push({ role: 'assistant', content });
        calls = content.filter((block) => block.type === 'tool_use');
        return {
          text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
          reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
          calls: calls.map(({ name, input }) => ({ name, args: input })),
          usage: {
            input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
            output: usage.output_tokens,
          },
          complete: stop_reason === 'end_turn' || stop_reason === 'tool_use',
          argumentPieces,
        };
      };
      return {
        say(prompt, png) {
          messages.push({
            role: 'user',
            content: png
              ? [
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
                  { type: 'text', text: prompt },
                ]
              : prompt,
          });
          return ask();
        },
        giveResults(results) {
          messages.push({
            role: 'user',
            content: results.map((content, i) => ({
              type: 'tool_result',
              tool_use_id: calls[i]?.id ?? '',
              content,
            })),
          });
          return ask();
        },
        moveTo(other) {
          model = other;
        },
      };
    },
  };
};
