import {
  chat,
  chatAndCompletions,
  chatAndEmbeddings,
  textAndEmbeddings,
  hostSetting,
  responses,
} from './shared/rows.ts';
import { claudeMessagesDialect as claudeMessages, messagesDialect as messages } from './shared/anthropic-messages.ts';
import { geminiOf } from './shared/gemini-models.ts';
import type { CompatibleVendor } from './shared/openai-compatible.ts';

/** https://docs.aihubmix.com/en/api-reference/google-vertex-ai-compatible/generate-content */
const aihubmixGemini = geminiOf('/../gemini', { by: 'header', header: 'x-goog-api-key', field: 'apiKey' });

/** Merely compatible vendors, by id: a to d. */
export const vendorsAToD: readonly CompatibleVendor[] = [
  {
    id: 'abacus',
    label: 'Abacus',
    baseUrl: 'https://routellm.abacus.ai/v1',
    docs: 'https://abacus.ai/help/api',
    operations: chat,
    // https://abacus.ai/help/developer-platform/route-llm/anthropic-messages
    others: [responses, claudeMessages('')],
  },
  {
    id: 'abliteration-ai',
    label: 'abliteration.ai',
    baseUrl: 'https://api.abliteration.ai/v1',
    docs: 'https://docs.abliteration.ai/models',
    operations: chat,
  },
  {
    id: 'ai-302',
    label: '302.AI',
    baseUrl: 'https://api.302.ai/v1',
    docs: 'https://doc.302.ai',
    operations: chat,
    // By a bearer token too: https://share.apifox.cn/apidoc/docs-site/4012774/393804752e0
    others: [messages('')],
  },
  {
    id: 'ai21',
    label: 'AI21',
    baseUrl: 'https://api.ai21.com/studio/v1',
    docs: 'https://docs.ai21.com/reference/jamba-1-6-api-ref',
    operations: chat,
  },
  {
    id: 'ai360',
    label: '360 AI',
    baseUrl: 'https://api.360.cn/v1',
    docs: 'https://ai.360.com/platform/docs/overview',
    operations: chatAndEmbeddings,
  },
  {
    id: 'aigc2d',
    label: 'AIGC2D',
    baseUrl: 'https://api.aigc2d.com/v1',
    docs: 'https://api.aigc2d.com',
    operations: chat,
  },
  {
    id: 'aihubmix',
    label: 'AIHubMix',
    baseUrl: 'https://aihubmix.com/v1',
    docs: 'https://docs.aihubmix.com',
    operations: chatAndEmbeddings,
    // https://docs.aihubmix.com/en/api/Codex-CLI, https://docs.aihubmix.com/en/api/Claude-Code
    others: [responses, messages(''), aihubmixGemini],
  },
  {
    id: 'ails',
    label: 'AILS',
    baseUrl: 'https://api.caipacity.com/v1',
    docs: 'https://api.caipacity.com',
    operations: chat,
  },
  {
    id: 'aimlapi',
    label: 'AI/ML API',
    baseUrl: 'https://api.aimlapi.com/v1',
    docs: 'https://docs.aimlapi.com',
    operations: chatAndEmbeddings,
    // https://docs.aimlapi.com/capabilities/anthropic
    others: [claudeMessages('')],
  },
  {
    id: 'aiproxy',
    label: 'AIProxy',
    baseUrl: 'https://api.aiproxy.io/v1',
    docs: 'https://aiproxy.io',
    operations: chat,
  },
  {
    id: 'alibaba-coding-plan',
    label: 'Alibaba Coding Plan',
    baseUrl: {
      international: 'https://coding-intl.dashscope.aliyuncs.com/v1',
      china: 'https://coding.dashscope.aliyuncs.com/v1',
    },
    docs: 'https://www.alibabacloud.com/help/en/model-studio/coding-plan',
    operations: chat,
    others: [messages('/../apps/anthropic/v1')],
    keyPrefixes: ['sk-sp-'],
  },
  {
    id: 'alibaba-token-plan',
    label: 'Alibaba Token Plan',
    baseUrl: {
      international: 'https://token-plan.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1',
      china: 'https://token-plan.cn-beijing.maas.aliyuncs.com/compatible-mode/v1',
    },
    docs: 'https://www.alibabacloud.com/help/en/model-studio/token-plan-overview',
    operations: chat,
  },
  {
    id: 'ambient',
    label: 'Ambient',
    baseUrl: 'https://api.ambient.xyz/v1',
    docs: 'https://ambient.xyz',
    operations: chat,
  },
  {
    id: 'anyapi',
    label: 'AnyAPI',
    baseUrl: 'https://api.anyapi.ai/v1',
    docs: 'https://docs.anyapi.ai',
    operations: chat,
  },
  {
    id: 'api2gpt',
    label: 'API2GPT',
    baseUrl: 'https://api.api2gpt.com/v1',
    docs: 'https://www.api2gpt.com',
    operations: chat,
  },
  {
    id: 'auriko',
    label: 'Auriko',
    baseUrl: 'https://api.auriko.ai/v1',
    docs: 'https://docs.auriko.ai',
    operations: chat,
  },
  {
    id: 'baichuan',
    label: 'Baichuan',
    baseUrl: 'https://api.baichuan-ai.com/v1',
    docs: 'https://platform.baichuan-ai.com/docs/api',
    operations: chatAndEmbeddings,
  },
  {
    id: 'bailing',
    label: 'Bailing',
    baseUrl: 'https://api.tbox.cn/api/llm/v1',
    docs: 'https://alipaytbox.yuque.com/sxs0ba/ling/intro',
    operations: chat,
  },
  {
    id: 'baseten',
    label: 'Baseten',
    baseUrl: 'https://inference.baseten.co/v1',
    docs: 'https://docs.baseten.co/inference/model-apis/overview',
    operations: chat,
    // https://docs.baseten.co/inference/model-apis/overview
    others: [messages('')],
  },
  {
    id: 'berget',
    label: 'Berget.AI',
    baseUrl: 'https://api.berget.ai/v1',
    docs: 'https://api.berget.ai',
    operations: chatAndEmbeddings,
  },
  {
    id: 'cerebras',
    label: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    docs: 'https://inference-docs.cerebras.ai/api-reference/chat-completions',
    operations: chatAndCompletions,
    keyPrefixes: ['csk-'],
  },
  {
    id: 'chutes',
    label: 'Chutes',
    baseUrl: 'https://llm.chutes.ai/v1',
    docs: 'https://chutes.ai/docs',
    operations: chat,
    keyPrefixes: ['cpk_'],
  },
  {
    id: 'clarifai',
    label: 'Clarifai',
    baseUrl: 'https://api.clarifai.com/v2/ext/openai/v1',
    docs: 'https://docs.clarifai.com/compute/inference/',
    operations: chat,
  },
  {
    id: 'claudinio',
    label: 'Claudinio',
    baseUrl: 'https://api.claudin.io/v1',
    docs: 'https://claudin.io',
    operations: chat,
  },
  {
    id: 'cloudferro-sherlock',
    label: 'CloudFerro Sherlock',
    baseUrl: 'https://api-sherlock.cloudferro.com/openai/v1',
    docs: 'https://docs.sherlock.cloudferro.com/',
    operations: chat,
  },
  {
    id: 'cortecs',
    label: 'Cortecs',
    baseUrl: 'https://api.cortecs.ai/v1',
    docs: 'https://api.cortecs.ai/v1/models',
    operations: chat,
  },
  {
    id: 'crof',
    label: 'CrofAI',
    baseUrl: 'https://crof.ai/v1',
    docs: 'https://crof.ai/docs',
    operations: chat,
  },
  {
    id: 'databricks',
    label: 'Databricks',
    baseUrl: 'https://{host}/ai-gateway/mlflow/v1',
    docs: 'https://docs.databricks.com/aws/en/machine-learning/foundation-models/',
    operations: chat,
    // https://docs.databricks.com/gcp/en/generative-ai/foundation-models/anthropic-messages
    others: [claudeMessages('/../../anthropic/v1')],
    keyPrefixes: ['dapi'],
    settings: { host: hostSetting('Workspace host', 'dbc-a1b2345c-d6e7.cloud.databricks.com') },
  },
  {
    id: 'deepinfra',
    label: 'Deep Infra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    docs: 'https://deepinfra.com/docs/openai_api',
    operations: [...textAndEmbeddings, 'images'],
    // https://docs.deepinfra.com/api-reference/anthropic-messages
    others: [messages('/../../anthropic/v1')],
  },
  {
    id: 'digitalocean',
    label: 'DigitalOcean',
    baseUrl: 'https://inference.do-ai.run/v1',
    docs: 'https://docs.digitalocean.com/products/gradient-ai-platform/details/models/',
    operations: chat,
    // https://docs.digitalocean.com/products/inference/how-to/si-endpoints/
    others: [responses, claudeMessages('')],
  },
  {
    id: 'dinference',
    label: 'DInference',
    baseUrl: 'https://api.dinference.com/v1',
    docs: 'https://dinference.com',
    operations: chat,
  },
  {
    id: 'drun',
    label: 'D.Run',
    baseUrl: 'https://chat.d.run/v1',
    docs: 'https://www.d.run',
    operations: chat,
  },
];
