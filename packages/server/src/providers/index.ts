import { alibaba } from './alibaba.ts';
import { anthropic } from './anthropic.ts';
import { azureOpenai } from './azure-openai.ts';
import { baiduQianfan } from './baidu-qianfan.ts';
import { bedrockMantle } from './bedrock-mantle.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { compatible } from './compatible.ts';
import { cloudflare, cloudflareGateway } from './cloudflare.ts';
import { codex } from './codex.ts';
import { coze } from './coze.ts';
import { customRoutes } from './custom-routes.ts';
import { custom } from './custom.ts';
import { deepseek } from './deepseek.ts';
import type { AnyProvider } from './define.ts';
import { dify } from './dify.ts';
import { fastgpt } from './fastgpt.ts';
import { freemodel } from './freemodel.ts';
import { gateways } from './gateways.ts';
import { gemini } from './gemini.ts';
import { githubCopilot } from './github-copilot.ts';
import { gitlab } from './gitlab.ts';
import { jimeng } from './jimeng.ts';
import { jina, jinaDeepSearch } from './jina.ts';
import { kling } from './kling.ts';
import { luma } from './luma.ts';
import { midjourneyProxy } from './midjourney-proxy.ts';
import { minimax } from './minimax.ts';
import { mistral } from './mistral.ts';
import { moonshot } from './moonshot.ts';
import { openai } from './openai.ts';
import { perplexity } from './perplexity.ts';
import { replicate } from './replicate.ts';
import { runway } from './runway.ts';
import { sapAiCore } from './sap-ai-core.ts';
import { suno } from './suno.ts';
import { tencentHunyuan } from './tencent.ts';
import { vertex, vertexExpress } from './vertex.ts';
import { vidu } from './vidu.ts';
import { volcengine, volcengineCodingPlan } from './volcengine.ts';
import { xai } from './xai.ts';
import { zhipu, zhipuCodingPlan } from './zhipu.ts';

/** Every provider, in the order in which they are offered. */
export const providers: readonly AnyProvider[] = [
  openai,
  codex,
  githubCopilot,
  gitlab,
  anthropic,
  gemini,
  vertex,
  vertexExpress,
  azureOpenai,
  bedrock,
  bedrockMantle,
  sapAiCore,
  deepseek,
  moonshot,
  mistral,
  xai,
  cohere,
  alibaba,
  zhipu,
  zhipuCodingPlan,
  minimax,
  volcengine,
  volcengineCodingPlan,
  baiduQianfan,
  tencentHunyuan,
  perplexity,
  jina,
  jinaDeepSearch,
  fastgpt,
  freemodel,
  cloudflare,
  cloudflareGateway,
  dify,
  coze,
  kling,
  vidu,
  jimeng,
  runway,
  luma,
  replicate,
  suno,
  midjourneyProxy,
  ...gateways,
  ...compatible,
  custom,
  customRoutes,
];

const byId: ReadonlyMap<string, AnyProvider> = new Map(providers.map((provider) => [provider.id, provider]));

/** The provider with this id. */
export function findProvider(id: string): AnyProvider | undefined {
  return byId.get(id);
}
