import { vendorsAToD } from './compatible-a-d.ts';
import { vendorsEToM } from './compatible-e-m.ts';
import { localServers } from './compatible-local.ts';
import { vendorsNToS } from './compatible-n-s.ts';
import { vendorsTToZ } from './compatible-t-z.ts';
import type { AnyProvider } from './define.ts';
import { amountOf, balanceAt, currencyAt, leftOf, objectOf, only } from './shared/balances.ts';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible, type CompatibleVendor } from './shared/openai-compatible.ts';
import { openrouterCosts } from './shared/cost-reports.ts';
import { openaiPhrases, prepaidPhrases, relayedPauses, relayedPhrases } from './shared/phrases.ts';
import { renameField } from './shared/quirks.ts';
import { audio, chat, responses, textAndEmbeddings, textAndVectors } from './shared/rows.ts';
import { pulledModels } from './shared/pulled-models.ts';

/** Those that most people look for first. */
const first: readonly CompatibleVendor[] = [
  {
    id: 'openrouter',
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    docs: 'https://openrouter.ai/docs/api-reference/overview',
    // https://openrouter.ai/blog/insights/every-modality-one-api/
    operations: [...textAndEmbeddings, 'speech'],
    // https://openrouter.ai/docs/api/reference/responses/overview, https://openrouter.ai/docs/api/api-reference/anthropic-messages
    others: [responses, messagesDialect('')],
    keyPrefixes: ['sk-or-'],
    balance: [
      // For management keys alone; of other keys what is left of their own limit.
      {
        path: '/credits',
        source: 'https://openrouter.ai/docs/api/api-reference/credits/get-credits',
        read(body) {
          const { total_credits: total, total_usage: used } = objectOf(objectOf(body)['data']);
          return only(leftOf(total, used), 'USD');
        },
      },
      balanceAt(
        '/key',
        'https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key',
        ['data', 'limit_remaining'],
        'USD',
      ),
    ],
    costReport: openrouterCosts,
    phrases: relayedPhrases,
    pauses: relayedPauses,
  },
  {
    id: 'groq',
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    docs: 'https://console.groq.com/docs/openai',
    operations: [...chat, ...audio, 'translations'],
    // https://console.groq.com/docs/responses-api
    others: [responses],
    keyPrefixes: ['gsk_'],
    // https://console.groq.com/docs/errors, https://console.groq.com/docs/model-permissions
    phrases: {
      ...openaiPhrases,
      not_permitted: [...openaiPhrases.not_permitted, 'model_permission_blocked', 'model_terms_required'],
    },
  },
  {
    id: 'siliconflow',
    label: 'SiliconFlow',
    baseUrl: { international: 'https://api.siliconflow.com/v1', china: 'https://api.siliconflow.cn/v1' },
    docs: 'https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions',
    operations: [...textAndVectors, ...audio, 'images'],
    dialect: {
      quirks: [
        {
          name: 'size is image_size, n is batch_size',
          source: 'https://docs.siliconflow.com/en/api-reference/images/images-generations',
          only: ['images'],
          apply: (body) => renameField(renameField(body, 'size', 'image_size'), 'n', 'batch_size'),
        },
      ],
    },
    // https://docs.siliconflow.com/en/api-reference/chat-completions/messages
    others: [messagesDialect('')],
    balance: [
      {
        path: '/user/info',
        source: 'https://docs.siliconflow.com/en/api-reference/userinfo/get-user-info',
        read: (body, baseUrl) => only(amountOf(objectOf(objectOf(body)['data'])['totalBalance']), currencyAt(baseUrl)),
      },
    ],
    phrases: prepaidPhrases,
  },
  {
    id: 'ollama',
    label: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    docs: 'https://docs.ollama.com/openai',
    operations: textAndEmbeddings,
    // https://docs.ollama.com/api/openai-compatibility, https://docs.ollama.com/api/anthropic-compatibility
    others: [responses, messagesDialect('')],
    keyless: true,
    library: pulledModels,
  },
];

/** Every row: vendors that speak OpenAI's protocol as OpenAI does. One with a way of its own has a file of its own. */
export const vendors: readonly CompatibleVendor[] = [
  ...first,
  ...vendorsAToD,
  ...vendorsEToM,
  ...vendorsNToS,
  ...vendorsTToZ,
  ...localServers,
];

export const compatible: readonly AnyProvider[] = vendors.map(openaiCompatible);
