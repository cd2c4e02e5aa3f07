import type { JsonObject } from '@tollgate/wire/protocol';
import type { Quirk } from './define.ts';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { editParts } from './shared/quirks.ts';
import { zhipuPhrases } from './shared/phrases.ts';

const docs = 'https://docs.bigmodel.cn/api-reference/%E6%A8%A1%E5%9E%8B-api/%E5%AF%B9%E8%AF%9D%E8%A1%A5%E5%85%A8';

/** Images are told as a URL or as bare base64; the page knows no data URLs. */
const bareImages: Quirk = {
  name: 'images within the request are bare base64',
  source: docs,
  apply: (body) => editParts(body, bareImage),
};

function bareImage(part: JsonObject): JsonObject {
  const image = part['image_url'];
  const url = typeof image === 'object' && image !== null && 'url' in image ? image.url : image;
  if (part['type'] !== 'image_url' || typeof url !== 'string') return part;
  const base64 = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
  if (base64 === undefined) return part;
  return { ...part, image_url: typeof image === 'string' ? base64 : { ...(image as JsonObject), url: base64 } };
}

export const zhipu = openaiCompatible({
  id: 'zhipu',
  label: 'Zhipu AI (GLM, Z.AI)',
  docs,
  baseUrl: { international: 'https://api.z.ai/api/paas/v4', china: 'https://open.bigmodel.cn/api/paas/v4' },
  operations: ['chat', 'embeddings'],
  // https://docs.bigmodel.cn/cn/guide/develop/claude
  others: [
    messagesDialect('/../../anthropic/v1'),
    // https://docs.bigmodel.cn/cn/guide/models/video-generation/cogvideox-3
    { protocol: 'zhipu', paths: { videos: '/videos/generations' }, videos: { status: '/async-result/{id}' } },
  ],
  // An id and a secret: https://docs.bigmodel.cn/cn/api/introduction
  keyPatterns: [String.raw`^[0-9a-f]{32}\.[0-9A-Za-z]{16}$`],
  phrases: zhipuPhrases,
  dialect: { quirks: [bareImages] },
});

/** A subscription for coding tools, with keys and addresses of its own. */
export const zhipuCodingPlan = openaiCompatible({
  id: 'zhipu-coding-plan',
  label: 'GLM Coding Plan',
  docs: 'https://docs.bigmodel.cn/cn/coding-plan/overview',
  baseUrl: {
    international: 'https://api.z.ai/api/coding/paas/v4',
    china: 'https://open.bigmodel.cn/api/coding/paas/v4',
  },
  operations: ['chat'],
  others: [messagesDialect('/../../../anthropic/v1')],
  phrases: zhipuPhrases,
  dialect: { quirks: [bareImages] },
});
