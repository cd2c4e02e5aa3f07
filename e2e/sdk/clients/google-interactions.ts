import { GoogleGenAI, type Interactions } from '@google/genai';
import { weatherDescription, weatherSchema, type Answer, type Called, type MakeClient } from './client.ts';

/** One exchange as the SDK tells it, whole or put together from its events. */
type Told = {
  readonly status: string | undefined;
  readonly steps: readonly Interactions.Step[];
  readonly usage: Interactions.Usage | undefined;
  readonly argumentPieces: number;
};

const textsIn = (content: readonly Interactions.Content[] | undefined): string =>
  (content ?? []).map((piece) => (piece.type === 'text' ? piece.text : '')).join('');

/** Puts a stream together as Google's pages say: each step is begun, told in pieces, and ended. */
async function collect(
  events: AsyncIterable<Interactions.InteractionSSEEvent>,
  onText: (() => void) | undefined,
): Promise<Told> {
  const steps: Interactions.Step[] = [];
  const args = new Map<number, string>();
  let last:
    | Extract<Interactions.InteractionSSEEvent, { event_type: 'interaction.completed' }>['interaction']
    | undefined;
  let argumentPieces = 0;
  for await (const event of events) {
    if (event.event_type === 'error') throw new Error(event.error?.message);
    if (event.event_type === 'step.start') steps[event.index] = event.step;
    if (event.event_type === 'interaction.completed') last = event.interaction;
    if (event.event_type !== 'step.delta') continue;
    const { delta, index } = event;
    const step = steps[index];
    if (delta.type === 'text' && step?.type === 'model_output') {
      steps[index] = { ...step, content: [...(step.content ?? []), { type: 'text', text: delta.text }] };
      onText?.();
    } else if (delta.type === 'thought_summary' && step?.type === 'thought' && delta.content?.type === 'text')
      steps[index] = { ...step, summary: [{ type: 'text', text: textsIn(step.summary) + delta.content.text }] };
    else if (delta.type === 'thought_signature' && step && delta.signature !== undefined)
      steps[index] = { ...step, signature: delta.signature } as Interactions.Step;
    else if (delta.type === 'arguments_delta') {
      args.set(index, (args.get(index) ?? '') + (delta.arguments ?? ''));
      argumentPieces++;
    }
  }
  for (const [index, text] of args) {
    const step = steps[index];
    if (step?.type === 'function_call')
      steps[index] = { ...step, arguments: JSON.parse(text) as Record<string, unknown> };
  }
  return { status: last?.status, steps, usage: last?.usage, argumentPieces };
}

function answerOf({ status, steps, usage, argumentPieces }: Told): Answer {
  return {
    text: steps.map((step) => (step.type === 'model_output' ? textsIn(step.content) : '')).join(''),
    reasoning: steps.map((step) => (step.type === 'thought' ? textsIn(step.summary) : '')).join(''),
    calls: steps.flatMap((step): readonly Called[] =>
      step.type === 'function_call' ? [{ name: step.name, args: step.arguments }] : [],
    ),
    usage: usage && {
      input: usage.total_input_tokens ?? 0,
      output: (usage.total_output_tokens ?? 0) + (usage.total_thought_tokens ?? 0),
    },
    complete: status === 'completed' || status === 'requires_action',
    argumentPieces,
  };
}

const tools: Interactions.Tool[] = [
  { type: 'function', name: 'weather', description: weatherDescription, parameters: weatherSchema },
];

/** The `@google/genai` SDK's interactions, their history kept by the client. */
export const googleInteractions: MakeClient = (url, apiKey) => {
  const sdk = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
  return {
    name: 'google interactions',
    protocol: 'gemini-interactions',
    failureOf(error) {
      const status = error instanceof Error && 'status' in error ? error.status : undefined;
      return typeof status === 'number' ? { status, retryAfter: null } : undefined;
    },
    begin({ model: first, stream, signal, onText, ...wanted }) {
      let model = first;
      const input: Interactions.Step[] = [];
      let calls: readonly Interactions.FunctionCallStep[] = [];
      const ask = async (): Promise<Answer> => {
        const params = {
          model,
          input,
          store: false,
          ...(wanted.tools ? { tools } : {}),
          ...(wanted.think
            ? { generation_config: { thinking_level: 'low' as const, thinking_summaries: 'auto' as const } }
            : {}),
          ...(wanted.schema
            ? { response_format: { type: 'text' as const, mime_type: 'application/json', schema: weatherSchema } }
            : {}),
        };
        const options = { maxRetries: 0, ...(signal ? { signal } : {}) };
        let told: Told;
        if (stream) told = await collect(await sdk.interactions.create({ ...params, stream: true }, options), onText);
        else {
          const { status, steps, usage } = await sdk.interactions.create({ ...params, stream: false }, options);
          told = { status, steps, usage, argumentPieces: 0 };
        }
        input.push(...told.steps);
        calls = told.steps.filter((step) => step.type === 'function_call');
        return answerOf(told);
      };
      return {
        say(prompt, png) {
          const image = png ? [{ type: 'image' as const, mime_type: 'image/png', data: png }] : [];
          input.push({ type: 'user_input', content: [{ type: 'text', text: prompt }, ...image] });
          return ask();
        },
        giveResults(results) {
          results.forEach((result, i) =>
            input.push({ type: 'function_result', call_id: calls[i]?.id ?? '', name: 'weather', result }),
          );
          return ask();
        },
        moveTo(other) {
          model = other;
        },
      };
    },
  };
};
