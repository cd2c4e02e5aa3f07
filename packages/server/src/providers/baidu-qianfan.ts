import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer, headerSetting } from './shared/credentials.ts';
import { openaiListing } from './shared/listings.ts';
import { openaiChatDialect } from './shared/openai-compatible.ts';

/** Qianfan's second API, which is OpenAI's. https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb */
export const baiduQianfan = defineProvider({
  id: 'baidu-qianfan',
  label: 'Baidu Qianfan (ERNIE)',
  docs: 'https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb',
  baseUrl: 'https://qianfan.baidubce.com/v2',
  keyPrefixes: ['bce-v3/'],
  credential: apiKeyCredential,
  settings: z.strictObject({ appId: headerSetting('App ID', 'Sent as appid; for accounts with several.') }),
  dialects: [openaiChatDialect({ operations: ['chat', 'embeddings'] })],
  listing: openaiListing,
  auth: [bearer],
  headers: { appid: '{appId}' },
  // https://ai.baidu.com/ai-doc/WENXINWORKSHOP/Cm2y4d5ha
  phrases: {
    quota_exhausted: ['insufficient_quota', 'insufficient balance', 'account_overdue', 'quota_user_daily'],
    auth: ['invalid_iam_token', 'invalid_appid'],
    rate_limited: ['rate_limit'],
    not_found: ['invalid_model'],
    content_filter: ['unsafe'],
  },
});
