import {
  ApiError,
  FinishReason,
  GoogleGenAI,
  type Content,
  type GenerateContentResponse,
  type Part,
} from '@google/genai';
import { weatherDescription, weatherSchema, type Answer, type MakeClient } from './client.ts';

/** The `@google/genai` SDK's generateContent. */
export const googleGenai: MakeClient = (url, apiKey) => {
  const sdk = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
  const tools = [
    {
      functionDeclarations: [{ name: 'weather', description: weatherDescription, parametersJsonSchema: weatherSchema }],
    },
  ];
  return {
    name: 'google genai',
    protocol: 'gemini',
    failureOf: (error) => (error instanceof ApiError ? { status: error.status, retryAfter: null } : undefined),
    begin({ model: first, stream, signal, onText, ...wanted }) {
      let model = first;
      const contents: Content[] = [];
      let calls: readonly Part[] = [];
      const ask = async (): Promise<Answer> => {
        const params = {
          model,
          contents,
          config: {
            ...(signal ? { abortSignal: signal } : {}),
            ...(wanted.tools ? { tools } : {}),
            ...(wanted.think ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } : {}),
            ...(wanted.schema ? { responseMimeType: 'application/json', responseJsonSchema: weatherSchema } : {}),
          },
        };
        const parts: Part[] = [];
        let last: GenerateContentResponse | undefined;
        let finish: FinishReason | undefined;
        const take = (answer: GenerateContentResponse): void => {
          last = answer;
          const [candidate] = answer.candidates ?? [];
          finish = candidate?.finishReason ?? finish;
          for (const part of candidate?.content?.parts ?? []) {
            parts.push(part);
            if (part.text) onText?.();
          }
        };
        if (stream) for await (const chunk of await sdk.models.generateContentStream(params)) take(chunk);
        else take(await sdk.models.generateContent(params));
        contents.push({ role: 'model', parts });
        calls = parts.filter((part) => part.functionCall);
        const usage = last?.usageMetadata;
        const textOf = (thought: boolean): string =>
          parts.map((part) => ((part.thought === true) === thought ? (part.text ?? '') : '')).join('');
        return {
          text: textOf(false),
          reasoning: textOf(true),
          calls: calls.map((part) => ({ name: part.functionCall?.name ?? '', args: part.functionCall?.args })),
          usage: usage && {
            input: usage.promptTokenCount ?? 0,
            output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
          },
          complete: finish === FinishReason.STOP,
          argumentPieces: 0,
        };
      };
      return {
        say(prompt, png) {
          const image = png ? [{ inlineData: { mimeType: 'image/png', data: png } }] : [];
          contents.push({ role: 'user', parts: [{ text: prompt }, ...image] });
          return ask();
        },
        giveResults(results) {
          contents.push({
            role: 'user',
            parts: results.map((output, i) => {
              const call = calls[i]?.functionCall;
              return {
                functionResponse: {
                  ...(call?.id === undefined ? {} : { id: call.id }),
                  name: call?.name ?? '',
                  response: { output },
                },
              };
            }),
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
