import { audio, chat, chatAndEmbeddings, embeddings, textAndVectors, responses } from './shared/rows.ts';
import { messagesDialect as messages } from './shared/anthropic-messages.ts';
import { amountOf, balanceAt, objectOf, only } from './shared/balances.ts';
import type { CompatibleVendor } from './shared/openai-compatible.ts';

/** Merely compatible vendors, by id: t to z. */
export const vendorsTToZ: readonly CompatibleVendor[] = [
  {
    id: 'tencent-coding-plan',
    label: 'Tencent Coding Plan',
    baseUrl: 'https://api.lkeap.cloud.tencent.com/coding/v3',
    docs: 'https://cloud.tencent.com/document/product/1772/128947',
    operations: chat,
  },
  {
    id: 'tencent-tokenhub',
    label: 'Tencent TokenHub',
    baseUrl: {
      china: 'https://tokenhub.tencentmaas.com/v1',
      international: 'https://tokenhub-intl.tencentcloudmaas.com/v1',
    },
    docs: 'https://cloud.tencent.com/document/product/1823/130050',
    operations: chat,
    // https://www.tencentcloud.com/document/product/1300/78941
    others: [responses, messages('')],
  },
  {
    id: 'the-grid-ai',
    label: 'The Grid AI',
    baseUrl: 'https://api.thegrid.ai/v1',
    docs: 'https://thegrid.ai/docs',
    operations: chat,
  },
  {
    id: 'tinfoil',
    label: 'Tinfoil',
    baseUrl: 'https://inference.tinfoil.sh/v1',
    docs: 'https://docs.tinfoil.sh',
    operations: chatAndEmbeddings,
  },
  {
    id: 'together',
    label: 'Together AI',
    baseUrl: 'https://api.together.xyz/v1',
    docs: 'https://docs.together.ai/docs/openai-api-compatibility',
    operations: [...textAndVectors, ...audio, 'translations', 'images'],
    // https://docs.together.ai/docs/inference/responses-api
    others: [responses],
    keyPrefixes: ['tgp_v1_'],
  },
  {
    id: 'umans-ai',
    label: 'Umans AI',
    baseUrl: 'https://api.code.umans.ai/v1',
    docs: 'https://app.umans.ai/offers/code/docs/orgs',
    operations: chat,
  },
  {
    id: 'upstage',
    label: 'Upstage',
    baseUrl: 'https://api.upstage.ai/v1',
    docs: 'https://developers.upstage.ai/docs/apis/chat',
    operations: chatAndEmbeddings,
    keyPrefixes: ['up_'],
  },
  {
    id: 'v0',
    label: 'v0',
    baseUrl: 'https://api.v0.dev/v1',
    docs: 'https://v0.dev/docs/v0-model-api',
    operations: chat,
    keyPrefixes: ['v1:'],
  },
  {
    id: 'venice',
    label: 'Venice AI',
    baseUrl: 'https://api.venice.ai/api/v1',
    docs: 'https://docs.venice.ai',
    operations: chatAndEmbeddings,
    keyPrefixes: ['VENICE-INFERENCE-KEY-'],
    // Of a key for administration: https://docs.venice.ai/api-reference/endpoint/billing/balance
    balance: [
      {
        path: '/billing/balance',
        source: 'https://docs.venice.ai/api-reference/endpoint/billing/balance',
        read(body) {
          const { usd, diem } = objectOf(objectOf(body)['balances']);
          const told = [...(only(amountOf(usd), 'USD') ?? []), ...(only(amountOf(diem), 'DIEM') ?? [])];
          return told.length > 0 ? told : undefined;
        },
      },
    ],
  },
  {
    id: 'vercel',
    label: 'Vercel AI Gateway',
    baseUrl: 'https://ai-gateway.vercel.sh/v1',
    docs: 'https://vercel.com/docs/ai-gateway/sdks-and-apis',
    operations: chatAndEmbeddings,
    others: [responses, messages('')],
    keyPrefixes: ['vck_'],
    balance: [balanceAt('/credits', 'https://vercel.com/docs/ai-gateway/usage', ['balance'], 'USD')],
  },
  {
    id: 'vivgrid',
    label: 'Vivgrid',
    baseUrl: 'https://api.vivgrid.com/v1',
    docs: 'https://docs.vivgrid.com/models',
    operations: chat,
    others: [responses],
  },
  {
    id: 'voyage',
    label: 'Voyage AI',
    baseUrl: 'https://api.voyageai.com/v1',
    docs: 'https://docs.voyageai.com/reference/embeddings-api',
    operations: embeddings,
    keyPrefixes: ['pa-'],
    listing: false,
  },
  {
    id: 'vultr',
    label: 'Vultr',
    baseUrl: 'https://api.vultrinference.com/v1',
    docs: 'https://api.vultrinference.com/',
    operations: chat,
  },
  {
    id: 'wafer',
    label: 'Wafer',
    baseUrl: 'https://pass.wafer.ai/v1',
    docs: 'https://docs.wafer.ai/wafer-pass',
    operations: chat,
  },
  {
    id: 'wandb',
    label: 'Weights & Biases',
    baseUrl: 'https://api.inference.wandb.ai/v1',
    docs: 'https://docs.wandb.ai/guides/integrations/inference/',
    operations: chat,
    keyPrefixes: ['wandb_v1_'],
  },
  {
    id: 'writer',
    label: 'Writer',
    baseUrl: 'https://api.writer.com/v1',
    docs: 'https://dev.writer.com/api-reference/completion-api/chat-completion',
    operations: chat,
  },
  {
    id: 'xunfei-spark',
    label: 'iFlytek Spark',
    // The key is the APIPassword of the HTTP interface: https://www.xfyun.cn/doc/spark/HTTP%E8%B0%83%E7%94%A8%E6%96%87%E6%A1%A3.html
    baseUrl: 'https://spark-api-open.xf-yun.com/v1',
    docs: 'https://www.xfyun.cn/doc/spark/HTTP%E8%B0%83%E7%94%A8%E6%96%87%E6%A1%A3.html',
    operations: ['chat'],
    listing: false,
  },
  {
    id: 'xiaomi',
    label: 'Xiaomi',
    baseUrl: 'https://api.xiaomimimo.com/v1',
    docs: 'https://platform.xiaomimimo.com/docs',
    operations: chat,
    others: [messages('/../anthropic/v1')],
  },
  {
    id: 'xiaomi-token-plan',
    label: 'Xiaomi MiMo Token Plan',
    baseUrl: {
      china: 'https://token-plan-cn.xiaomimimo.com/v1',
      europe: 'https://token-plan-ams.xiaomimimo.com/v1',
      singapore: 'https://token-plan-sgp.xiaomimimo.com/v1',
    },
    docs: 'https://platform.xiaomimimo.com/docs',
    keyPrefixes: ['tp-'],
    operations: chat,
    others: [messages('/../anthropic/v1')],
  },
  {
    id: 'xpersona',
    label: 'Xpersona',
    baseUrl: 'https://www.xpersona.co/v1',
    docs: 'https://www.xpersona.co/docs',
    operations: chat,
  },
  {
    id: 'zeldoc',
    label: 'Zeldoc',
    baseUrl: 'https://api.zeldoc.ai/v1',
    docs: 'https://docs.zeldoc.ai',
    operations: chat,
  },
  {
    id: 'zenmux',
    label: 'ZenMux',
    baseUrl: 'https://zenmux.ai/api/v1',
    docs: 'https://docs.zenmux.ai',
    operations: chat,
    keyPrefixes: ['sk-ai-v1-', 'sk-ss-v1-'],
    // It takes one version, and says that a call without any is refused: https://docs.zenmux.ai/api/anthropic/create-messages.html
    others: [
      responses,
      messages('/../anthropic/v1', { clientHeaders: { 'anthropic-version': { accepts: ['2023-06-01'] } } }),
    ],
    headers: { 'anthropic-version': '2023-06-01' },
  },
];
