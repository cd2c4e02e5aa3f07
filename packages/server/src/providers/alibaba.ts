import { dashscopeTaskModels } from '@tollgate/wire/protocols/dashscope/images';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { openaiResponsesDialect } from './shared/openai-responses.ts';
import { openaiPhrases } from './shared/phrases.ts';

/** Codes of refusals, by either of the vendor's APIs: https://help.aliyun.com/zh/model-studio/error-code */
const phrases = {
  quota_exhausted: [...openaiPhrases.quota_exhausted, 'arrearage', 'free allocated quota exceeded', 'freetieronly'],
  auth: ['invalidapikey', 'invalid_api_key'],
  rate_limited: ['throttling'],
  not_found: ['modelnotfound', 'model_not_found', 'model_not_supported'],
  // Told with 403, of a model that the account has not taken up.
  not_permitted: ['accessdenied', 'access_denied', 'access to model denied'],
  content_filter: ['datainspectionfailed', 'data_inspection_failed'],
};

/**
 * Model Studio (DashScope), in its mode that is compatible with OpenAI's. Other regions, and the addresses of a workspace,
 * are a channel's base URL.
 */
export const alibaba = openaiCompatible({
  id: 'alibaba',
  label: 'Alibaba Cloud Model Studio (Qwen)',
  docs: 'https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope',
  baseUrl: {
    international: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    china: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    us: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1',
  },
  operations: ['chat', 'completions', 'embeddings'],
  others: [
    // https://www.alibabacloud.com/help/en/model-studio/compatibility-with-openai-responses-api
    openaiResponsesDialect({ paths: { chat: '/../../api/v2/apps/protocols/compatible-mode/v1/responses' } }),
    // https://www.alibabacloud.com/help/en/model-studio/anthropic-api-messages
    messagesDialect('/../../apps/anthropic/v1'),
    // https://www.alibabacloud.com/help/en/model-studio/qwen-image-api
    {
      protocol: 'dashscope',
      paths: {
        // https://www.alibabacloud.com/help/en/model-studio/text-to-image-v2-api-reference
        images: [
          { when: { named: dashscopeTaskModels }, path: '/../../api/v1/services/aigc/text2image/image-synthesis' },
          { path: '/../../api/v1/services/aigc/multimodal-generation/generation' },
        ],
        // https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference
        videos: '/../../api/v1/services/aigc/video-generation/video-synthesis',
      },
      videos: {
        status: '/../../api/v1/tasks/{id}',
        headers: { 'x-dashscope-async': 'enable' },
        // One that runs is not given up. https://www.alibabacloud.com/help/en/model-studio/manage-asynchronous-tasks
        cancel: { method: 'POST', path: '/../../api/v1/tasks/{id}/cancel' },
      },
    },
  ],
  phrases,
});
