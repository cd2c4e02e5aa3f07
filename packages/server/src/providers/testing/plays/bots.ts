import type { Play } from './play.ts';

/** https://docs.dify.ai/api-reference/chat/send-chat-message */
export const difyPlay: Play = {
  text: {},
  stream: [
    { data: { event: 'workflow_started', task_id: 't', data: { id: 'w' } } },
    { data: { event: 'message', task_id: 't', message_id: 'm1', conversation_id: 'c1', answer: 'Hel' } },
    { data: { event: 'message', task_id: 't', message_id: 'm1', conversation_id: 'c1', answer: 'lo' } },
    { data: { event: 'workflow_finished', task_id: 't', data: { id: 'w', status: 'succeeded', error: null } } },
    {
      data: {
        event: 'message_end',
        task_id: 't',
        message_id: 'm1',
        metadata: { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, currency: 'USD' } },
      },
    },
  ],
  noTools: 'an application has tools of its own',
  tools: {},
  refusal: { status: 429, body: { code: 'rate_limit_error', message: 'Too fast.', status: 429 } },
};

const chat = { id: 'chat1', conversation_id: 'c1', bot_id: 'b1' };
const delta = { id: 'm1', conversation_id: 'c1', role: 'assistant', type: 'answer', content_type: 'text' };

/** https://www.coze.com/docs/developer_guides/chat_v3 */
export const cozePlay: Play = {
  text: {},
  stream: [
    { event: 'conversation.chat.created', data: { ...chat, status: 'created' } },
    { event: 'conversation.chat.in_progress', data: { ...chat, status: 'in_progress' } },
    { event: 'conversation.message.delta', data: { ...delta, content: 'Hel' } },
    { event: 'conversation.message.delta', data: { ...delta, content: 'lo' } },
    { event: 'conversation.message.completed', data: { ...delta, content: 'Hello' } },
    { event: 'conversation.message.completed', data: { ...delta, type: 'follow_up', content: 'And then?' } },
    {
      event: 'conversation.chat.completed',
      data: { ...chat, status: 'completed', usage: { token_count: 15, input_count: 10, output_count: 5 } },
    },
    { event: 'done', data: '[DONE]' },
  ],
  noTools: 'a bot has tools of its own',
  tools: {},
  // A status of 200, as Coze has it.
  refusal: { status: 200, body: { code: 4013, msg: 'Too fast.' } },
};
