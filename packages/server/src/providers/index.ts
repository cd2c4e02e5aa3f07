import { anthropic } from './anthropic.ts';
import { azureOpenai } from './azure-openai.ts';
import { bedrock } from './bedrock.ts';
import { custom } from './custom.ts';
import { deepseek } from './deepseek.ts';
import type { AnyProvider } from './define.ts';
import { gemini } from './gemini.ts';
import { groq } from './groq.ts';
import { mistral } from './mistral.ts';
import { moonshot } from './moonshot.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import { siliconflow } from './siliconflow.ts';
import { together } from './together.ts';
import { xai } from './xai.ts';

/** Every provider, in the order in which they are offered. */
export const providers: readonly AnyProvider[] = [
  openai,
  anthropic,
  gemini,
  azureOpenai,
  bedrock,
  deepseek,
  openrouter,
  moonshot,
  groq,
  mistral,
  together,
  xai,
  siliconflow,
  ollama,
  custom,
];

const byId: ReadonlyMap<string, AnyProvider> = new Map(providers.map((provider) => [provider.id, provider]));

/** The provider with this id. */
export function findProvider(id: string): AnyProvider | undefined {
  return byId.get(id);
}
