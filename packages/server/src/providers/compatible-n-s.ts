import { chat, chatAndEmbeddings, textAndEmbeddings, hostSetting, responses } from './shared/rows.ts';
import { claudeMessagesDialect as claudeMessages, messagesDialect as messages } from './shared/anthropic-messages.ts';
import { amountOf, balanceAt, objectOf, only, shifted } from './shared/balances.ts';
import type { CompatibleVendor } from './shared/openai-compatible.ts';

const countingMessages = messages('', {
  paths: { chat: '/messages', 'count-tokens': '/messages/count_tokens' },
});

/** Merely compatible vendors, by id: n to s. */
export const vendorsNToS: readonly CompatibleVendor[] = [
  {
    id: 'nano-gpt',
    label: 'NanoGPT',
    baseUrl: 'https://nano-gpt.com/api/v1',
    docs: 'https://docs.nano-gpt.com',
    operations: chat,
    keyPrefixes: ['sk-nano-'],
    // https://docs.nano-gpt.com/api-reference/endpoint/messages
    others: [messages('', { paths: { chat: '/messages', 'count-tokens': '/messages/count_tokens' } })],
    balance: [
      {
        ...balanceAt(
          '/../check-balance',
          'https://docs.nano-gpt.com/api-reference/endpoint/check-balance',
          ['usd_balance'],
          'USD',
        ),
        method: 'POST',
        auth: { by: 'header', header: 'x-api-key', field: 'apiKey' },
      },
    ],
  },
  {
    id: 'nearai',
    label: 'NEAR AI Cloud',
    baseUrl: 'https://cloud-api.near.ai/v1',
    docs: 'https://docs.near.ai/',
    operations: chat,
  },
  {
    id: 'nebius',
    label: 'Nebius Token Factory',
    baseUrl: 'https://api.tokenfactory.nebius.com/v1',
    docs: 'https://docs.tokenfactory.nebius.com/',
    operations: textAndEmbeddings,
  },
  {
    id: 'neon',
    label: 'Neon',
    baseUrl: 'https://{host}/ai-gateway/mlflow/v1',
    docs: 'https://neon.com/docs',
    operations: chat,
    settings: { host: hostSetting('Gateway host', 'ep-a1b2c3.apirest.aws.neon.tech') },
  },
  {
    id: 'neuralwatt',
    label: 'Neuralwatt',
    baseUrl: 'https://api.neuralwatt.com/v1',
    docs: 'https://portal.neuralwatt.com/docs',
    operations: chat,
  },
  {
    id: 'nova',
    label: 'Nova',
    baseUrl: 'https://api.nova.amazon.com/v1',
    docs: 'https://nova.amazon.com/dev/documentation',
    operations: chat,
  },
  {
    id: 'novita',
    label: 'NovitaAI',
    baseUrl: 'https://api.novita.ai/openai',
    docs: 'https://novita.ai/docs/guides/llm-api',
    operations: textAndEmbeddings,
    others: [messages('/../anthropic/v1')],
    balance: [
      {
        path: '/../openapi/v1/billing/balance/detail',
        source: 'https://novita.ai/docs/api-reference/basic-get-user-balance',
        // In ten-thousandths of a dollar.
        read: (body) => only(shifted(amountOf(objectOf(body)['availableBalance']), 4), 'USD'),
      },
    ],
  },
  {
    id: 'nvidia',
    label: 'Nvidia',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    docs: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
    operations: textAndEmbeddings,
    keyPrefixes: ['nvapi-'],
  },
  {
    id: 'ohmygpt',
    label: 'OhMyGPT',
    baseUrl: 'https://api.ohmygpt.com/v1',
    docs: 'https://docs.ohmygpt.com',
    operations: chatAndEmbeddings,
  },
  {
    id: 'ollama-cloud',
    label: 'Ollama Cloud',
    baseUrl: 'https://ollama.com/v1',
    docs: 'https://docs.ollama.com/cloud',
    operations: chat,
    // https://docs.ollama.com/api/anthropic-compatibility
    others: [responses, messages('')],
  },
  {
    id: 'openaimax',
    label: 'OpenAIMax',
    baseUrl: 'https://api.openaimax.com/v1',
    docs: 'https://openaimax.com',
    operations: chat,
  },
  {
    id: 'opencode',
    label: 'OpenCode Zen',
    baseUrl: 'https://opencode.ai/zen/v1',
    docs: 'https://opencode.ai/docs/zen',
    operations: chat,
    others: [responses, messages('')],
  },
  {
    id: 'opencode-go',
    label: 'OpenCode Go',
    baseUrl: 'https://opencode.ai/zen/go/v1',
    docs: 'https://opencode.ai/docs/zen',
    operations: chat,
  },
  {
    id: 'orcarouter',
    label: 'OrcaRouter',
    baseUrl: 'https://api.orcarouter.ai/v1',
    docs: 'https://docs.orcarouter.ai',
    operations: chat,
  },
  {
    id: 'ovhcloud',
    label: 'OVHcloud AI Endpoints',
    baseUrl: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
    docs: 'https://www.ovhcloud.com/en/public-cloud/ai-endpoints/catalog/',
    operations: textAndEmbeddings,
  },
  {
    id: 'poe',
    label: 'Poe',
    baseUrl: 'https://api.poe.com/v1',
    docs: 'https://creator.poe.com/docs/external-applications/openai-compatible-api',
    operations: chat,
    // https://creator.poe.com/docs/external-applications, https://creator.poe.com/docs/external-applications/anthropic-compatible-api
    others: [responses, claudeMessages('')],
    balance: [
      balanceAt(
        '/../usage/current_balance',
        'https://creator.poe.com/docs/external-applications/usage-api',
        ['current_point_balance'],
        'points',
      ),
    ],
  },
  {
    id: 'poolside',
    label: 'Poolside',
    baseUrl: 'https://inference.poolside.ai/v1',
    docs: 'https://platform.poolside.ai',
    operations: chat,
  },
  {
    id: 'ppio',
    label: 'PPIO',
    baseUrl: 'https://api.ppinfra.com/v3/openai',
    docs: 'https://ppio.com/docs/model/overview',
    operations: chat,
  },
  {
    id: 'qihang-ai',
    label: 'QiHang',
    baseUrl: 'https://api.qhaigc.net/v1',
    docs: 'https://www.qhaigc.net/docs',
    operations: chat,
  },
  {
    id: 'qiniu',
    label: 'Qiniu',
    baseUrl: 'https://api.qnaigc.com/v1',
    docs: 'https://developer.qiniu.com/aitokenapi',
    operations: chat,
    others: [messages('')],
  },
  {
    id: 'regolo-ai',
    label: 'Regolo AI',
    baseUrl: 'https://api.regolo.ai/v1',
    docs: 'https://docs.regolo.ai/',
    operations: chatAndEmbeddings,
  },
  {
    id: 'reka',
    label: 'Reka',
    baseUrl: 'https://api.reka.ai/v1',
    docs: 'https://docs.reka.ai',
    operations: chat,
  },
  {
    id: 'requesty',
    label: 'Requesty',
    baseUrl: 'https://router.requesty.ai/v1',
    docs: 'https://docs.requesty.ai/quickstart',
    operations: chatAndEmbeddings,
    keyPrefixes: ['rqsty-sk-'],
    // https://docs.requesty.ai/api-reference/endpoint/messages-create, https://docs.requesty.ai/api-reference/endpoint/responses-create
    others: [responses, messages('')],
  },
  {
    id: 'routing-run',
    label: 'routing.run',
    baseUrl: 'https://ai.routing.sh/v1',
    docs: 'https://docs.routing.run/api-reference/models',
    operations: chat,
  },
  {
    id: 'sakana',
    label: 'Sakana AI',
    baseUrl: 'https://api.sakana.ai/v1',
    docs: 'https://console.sakana.ai/models',
    operations: chat,
  },
  {
    id: 'sambanova',
    label: 'SambaNova',
    baseUrl: 'https://api.sambanova.ai/v1',
    docs: 'https://docs.sambanova.ai/docs/en/api-reference/overview',
    operations: chatAndEmbeddings,
  },
  {
    id: 'sarvam',
    label: 'Sarvam AI',
    baseUrl: 'https://api.sarvam.ai/v1',
    docs: 'https://docs.sarvam.ai/api-reference-docs/getting-started/models',
    operations: chat,
  },
  {
    id: 'scaleway',
    label: 'Scaleway',
    baseUrl: 'https://api.scaleway.ai/v1',
    docs: 'https://www.scaleway.com/en/docs/generative-apis/',
    operations: chatAndEmbeddings,
  },
  {
    id: 'sensenova',
    label: 'SenseNova',
    baseUrl: 'https://api.sensenova.cn/compatible-mode/v2',
    docs: 'https://platform.sensenova.cn/doc',
    operations: chat,
  },
  {
    id: 'snowflake-cortex',
    label: 'Snowflake Cortex',
    baseUrl: 'https://{account}.snowflakecomputing.com/api/v2/cortex/v1',
    docs: 'https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api',
    operations: chat,
    // https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api
    others: [claudeMessages('')],
    settings: { account: hostSetting('Account identifier', 'myorg-myaccount') },
  },
  {
    id: 'stackit',
    label: 'STACKIT',
    baseUrl: 'https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1',
    docs: 'https://docs.stackit.cloud/products/data-and-ai/ai-model-serving/basics/available-shared-models',
    operations: chatAndEmbeddings,
  },
  {
    id: 'stepfun',
    label: 'StepFun',
    baseUrl: {
      china: 'https://api.stepfun.com/v1',
      international: 'https://api.stepfun.ai/v1',
    },
    docs: 'https://platform.stepfun.com/docs/zh/overview/concept',
    operations: chat,
    // https://platform.stepfun.com/docs/zh/api-reference/responses/create, https://platform.stepfun.com/docs/zh/api-reference/chat/messages-create
    others: [responses, countingMessages],
    balance: [
      {
        path: '/accounts',
        source: 'https://platform.stepfun.com/docs/zh/api-reference/accounts/get',
        // In yuan, but on the international site.
        read: (body, baseUrl) =>
          only(amountOf(objectOf(body)['balance']), new URL(baseUrl).hostname.endsWith('.ai') ? 'USD' : 'CNY'),
      },
    ],
  },
  {
    id: 'stepfun-plan',
    label: 'StepFun Step Plan',
    baseUrl: 'https://api.stepfun.ai/step_plan/v1',
    docs: 'https://platform.stepfun.ai/docs/en/step-plan/integrations/open-code',
    operations: chat,
    // https://platform.stepfun.com/docs/zh/api-reference/chat/messages-create
    others: [countingMessages],
  },
  {
    id: 'subconscious',
    label: 'Subconscious',
    baseUrl: 'https://api.subconscious.dev/v1',
    docs: 'https://docs.subconscious.dev',
    operations: chat,
  },
  {
    id: 'submodel',
    label: 'submodel',
    baseUrl: 'https://llm.submodel.ai/v1',
    docs: 'https://submodel.gitbook.io',
    operations: chat,
  },
  {
    id: 'synthetic',
    label: 'Synthetic',
    baseUrl: 'https://api.synthetic.new/openai/v1',
    docs: 'https://dev.synthetic.new/docs/api/overview',
    operations: textAndEmbeddings,
    others: [messages('/../../anthropic/v1')],
    keyPrefixes: ['syn_'],
  },
];
