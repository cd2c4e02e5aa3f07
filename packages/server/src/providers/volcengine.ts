import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { responses } from './shared/rows.ts';

/** https://www.volcengine.com/docs/82379/1299023 */
const phrases = {
  quota_exhausted: ['accountoverdueerror', 'quotaexceeded', 'setlimitexceeded'],
  auth: ['authenticationerror', 'invalidaccountstatus'],
  rate_limited: ['ratelimitexceeded', 'accountratelimitexceeded', 'modelaccountrpmratelimitexceeded'],
  not_found: ['invalidendpointormodel', 'modelnotopen'],
  content_filter: ['sensitivecontentdetected', 'contentsecuritydetectionerror'],
};

/** Ark: Doubao and others, by name of a model or of an endpoint of one's own. */
export const volcengine = openaiCompatible({
  id: 'volcengine',
  label: 'Volcengine Ark (Doubao)',
  docs: 'https://www.volcengine.com/docs/82379/1298454',
  baseUrl: {
    china: 'https://ark.cn-beijing.volces.com/api/v3',
    international: 'https://ark.ap-southeast.bytepluses.com/api/v3',
  },
  // https://www.volcengine.com/docs/82379/1541523
  operations: ['chat', 'embeddings', 'images'],
  // https://www.volcengine.com/docs/82379/1569618
  others: [
    responses,
    // https://www.volcengine.com/docs/82379/1520757
    {
      protocol: 'ark',
      paths: { videos: '/contents/generations/tasks' },
      videos: {
        status: '/contents/generations/tasks/{id}',
        list: '/contents/generations/tasks?page_num=1&page_size=100',
        // One that runs is not given up. https://www.volcengine.com/docs/82379/1521720
        cancel: { method: 'DELETE', path: '/contents/generations/tasks/{id}' },
      },
    },
  ],
  phrases,
});

/** A subscription for coding tools, with addresses of its own: https://www.volcengine.com/docs/82379/1928261 */
export const volcengineCodingPlan = openaiCompatible({
  id: 'volcengine-coding-plan',
  label: 'Volcengine Ark Coding Plan',
  docs: 'https://www.volcengine.com/docs/82379/1928261',
  baseUrl: 'https://ark.cn-beijing.volces.com/api/coding/v3',
  operations: ['chat'],
  others: [messagesDialect('/../v1')],
  phrases,
});
