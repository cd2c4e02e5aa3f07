import type { Egress, EventReader, ReadOptions } from '../../ir/codec.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { plainConversation } from '../../ir/plain-turns.ts';
import { openTracker } from '../../ir/tracker.ts';
import type { Usage } from '../../ir/usage.ts';
import { isObject, numberAt, objectAt, parseObject, textAt } from '../../json/fields.ts';
import type { JsonObject, UpstreamFailure } from '../../protocol.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { cutAtWord } from '../../text.ts';

/** A bot is asked, whose model, tools and parameters are set up at Coze; its id is the model's name. */
const writeRequest: Egress['writeRequest'] = (request, { model }) => {
  const lossTracker = openLossTracker();
  const { instructions, turns } = plainConversation(request, lossTracker, { own: 'coze', who: 'Coze' });
  const messages: JsonObject[] = [];
  // A bot has instructions of its own; what else is to be heeded can only be said to it.
  if (instructions !== '') {
    lossTracker.approximated('messages', 'instructions were put before the conversation as the user’s');
    messages.push(worded('user', instructions));
  }
  turns.forEach(({ role, text, images }, i) => {
    const typed = role === 'user' ? { type: 'question' } : { type: 'answer' };
    if (images.length === 0) messages.push({ ...worded(role, text), ...typed });
    else if (role === 'user') messages.push({ ...pictured(text, images), ...typed });
    else lossTracker.dropped(`messages[${i}]`, 'a bot’s answers are words');
  });
  const value: JsonObject = {
    bot_id: model,
    user_id: request.user ?? 'client',
    stream: true,
    auto_save_history: false,
    additional_messages: messages,
  };
  return { value, losses: lossTracker.losses };
};

const worded = (role: string, content: string): JsonObject => ({ role, content, content_type: 'text' });

const pictured = (text: string, images: readonly string[]): JsonObject => ({
  role: 'user',
  content: JSON.stringify([
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...images.map((url) => ({ type: 'image', file_url: url })),
  ]),
  content_type: 'object_string',
});

/** As Coze's own SDK (`@coze/api`) tells them apart. */
const statusOfCode: ReadonlyMap<number, number> = new Map([
  [4000, 400],
  [4013, 429],
  [4100, 401],
  [4101, 403],
  [4200, 404],
]);

/** `{code, msg}`, with status 200 as often as not. */
function failureIn(json: JsonObject, status: number): UpstreamFailure | undefined {
  const code = numberAt(json, 'code');
  const message = textAt(json, 'msg');
  if (code === undefined || code === 0) return undefined;
  const of = statusOfCode.get(code) ?? (status >= 400 ? status : 500);
  return {
    status: of,
    message: cutAtWord(message ?? `Code ${code}.`, 2000),
    type: undefined,
    code: String(code),
    param: undefined,
  };
}

function usageIn(json: JsonObject, readUsage: ReadOptions['readUsage']): Usage | undefined {
  const raw = objectAt(json, 'usage');
  if (!raw) return undefined;
  if (readUsage) return readUsage(raw);
  const input = numberAt(raw, 'input_count');
  const output = numberAt(raw, 'output_count');
  return input === undefined && output === undefined ? undefined : { inputText: input ?? 0, outputText: output ?? 0 };
}

const unsaid: UpstreamFailure = {
  status: 500,
  message: 'The chat failed.',
  type: undefined,
  code: undefined,
  param: undefined,
};

function readEvents({ requestId, readUsage }: ReadOptions): EventReader {
  const tracker = openTracker(requestId);

  function readEvent(event: string | undefined, json: JsonObject): void {
    switch (event) {
      case 'conversation.chat.created':
        tracker.start({ id: textAt(json, 'id') ?? requestId, model: '' });
        return;
      case 'conversation.message.delta': {
        // Beside the answer a bot tells what it looks up, and what might be asked next.
        if ((textAt(json, 'type') ?? 'answer') !== 'answer') return;
        const reasoning = textAt(json, 'reasoning_content') ?? '';
        const content = textAt(json, 'content') ?? '';
        if (reasoning !== '') tracker.reasoning(0, reasoning);
        if (content !== '') tracker.text(0, content);
        return;
      }
      case 'conversation.chat.completed': {
        const usage = usageIn(json, readUsage);
        if (usage) tracker.usage(usage);
        tracker.finish(0, { reason: 'stop' });
        tracker.end();
        return;
      }
      case 'conversation.chat.requires_action':
        tracker.error({
          ...unsaid,
          message: 'The bot wants a tool of its own application to be run, which nobody here can.',
        });
        return;
      case 'conversation.chat.failed':
        tracker.error(failureIn(objectAt(json, 'last_error') ?? {}, 500) ?? unsaid);
        return;
      case 'error':
        tracker.error(failureIn(json, 500) ?? unsaid);
        return;
      default:
    }
  }

  return {
    read({ event, data }) {
      const json = parseObject(data);
      if (json) readEvent(event, json);
      return tracker.take();
    },
    end: () => tracker.take(),
  };
}

/** How Coze's bots are asked; they only stream, for an answer that is wanted whole would have to be polled for. */
export const cozeEgress: Egress = {
  protocol: 'coze',
  writeRequest,
  readResponse: (json) => ({ failure: (isObject(json) ? failureIn(json, 200) : undefined) ?? unsaid }),
  readEvents,
  readError(status, bodyText) {
    const json = parseObject(bodyText);
    return (json && failureIn(json, status)) ?? readChatError(status, bodyText);
  },
};
