import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { responses } from './shared/rows.ts';

/** Keys of the token plan are asked at the same addresses. */
export const minimax = openaiCompatible({
  id: 'minimax',
  label: 'MiniMax',
  docs: 'https://platform.minimax.io/docs/api-reference/text-openai-api',
  baseUrl: { international: 'https://api.minimax.io/v1', china: 'https://api.minimaxi.com/v1' },
  operations: ['chat'],
  // https://platform.minimax.io/docs/api-reference/text-anthropic-api
  others: [
    responses,
    messagesDialect('/../anthropic/v1'),
    // https://platform.minimax.io/docs/api-reference/video-generation-t2v
    {
      protocol: 'minimax',
      paths: { videos: '/video_generation' },
      videos: { status: '/query/video_generation?task_id={id}', file: '/files/retrieve?file_id={file}' },
    },
  ],
  keyPrefixes: ['sk-api-', 'sk-cp-'],
  // Each message ends in its code: https://platform.minimax.io/docs/api-reference/errorcode
  phrases: {
    quota_exhausted: ['insufficient balance', '(1008)', '(2056)'],
    auth: ['(1004)', '(2049)'],
    rate_limited: ['(1002)', '(1039)', '(1041)'],
    content_filter: ['(1026)', '(1027)'],
  },
});
