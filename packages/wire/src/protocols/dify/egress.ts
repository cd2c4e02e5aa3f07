import type { Egress, EventReader, ReadOptions } from '../../ir/codec.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { plainConversation, type PlainConversation } from '../../ir/plain-turns.ts';
import { openTracker } from '../../ir/tracker.ts';
import type { Usage } from '../../ir/usage.ts';
import { isObject, numberAt, objectAt, parseObject, textAt } from '../../json/fields.ts';
import type { JsonObject, UpstreamFailure } from '../../protocol.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { cutAtWord } from '../../text.ts';

const labels = { user: 'User', assistant: 'Assistant' } as const;

/** One question is itself; more than that is written down as a conversation, for Dify keeps its own under ids of its own. */
function queryOf({ instructions, turns }: PlainConversation): { readonly query: string; readonly joined: boolean } {
  const [only] = turns;
  if (instructions === '' && turns.length === 1 && only?.role === 'user') return { query: only.text, joined: false };
  const lines = turns.map(({ role, text }) => `${labels[role]}: ${text}`);
  return { query: [...(instructions === '' ? [] : [`System: ${instructions}`]), ...lines].join('\n\n'), joined: true };
}

/** Dify's message of an application, whose model, tools and parameters are set up there. */
const writeRequest: Egress['writeRequest'] = (request) => {
  const lossTracker = openLossTracker();
  const conversation = plainConversation(request, lossTracker, { own: 'dify', who: 'Dify' });
  const { query, joined } = queryOf(conversation);
  if (joined) lossTracker.approximated('messages', 'the conversation was written into one question');
  const files = conversation.turns.flatMap(({ images }) =>
    images.map((url) => ({ type: 'image', transfer_method: 'remote_url', url })),
  );
  const value: JsonObject = {
    inputs: {},
    query,
    // Agents have no other mode: https://docs.dify.ai/api-reference/chat/send-chat-message
    response_mode: 'streaming',
    // Demanded; applications count by it.
    user: request.user ?? 'client',
    auto_generate_name: false,
    ...(files.length > 0 ? { files } : {}),
  };
  return { value, losses: lossTracker.losses };
};

function usageIn(json: JsonObject, readUsage: ReadOptions['readUsage']): Usage | undefined {
  const raw = objectAt(objectAt(json, 'metadata') ?? {}, 'usage');
  if (!raw) return undefined;
  if (readUsage) return readUsage(raw);
  const input = numberAt(raw, 'prompt_tokens');
  const output = numberAt(raw, 'completion_tokens');
  return input === undefined && output === undefined ? undefined : { inputText: input ?? 0, outputText: output ?? 0 };
}

/** `{code, message, status}`, in answers and in streams alike. */
function failureIn(json: JsonObject, status: number): UpstreamFailure | undefined {
  const message = textAt(json, 'message');
  const code = textAt(json, 'code');
  if (message === undefined && code === undefined) return undefined;
  const told = numberAt(json, 'status');
  return {
    status: told !== undefined && told >= 400 && told < 600 ? told : status >= 400 ? status : 500,
    message: cutAtWord(message ?? code ?? '', 2000),
    type: undefined,
    code,
    param: undefined,
  };
}

function readEvents({ requestId, readUsage }: ReadOptions): EventReader {
  const tracker = openTracker(requestId);
  let said = false;

  function begin(json: JsonObject): void {
    tracker.start({ id: textAt(json, 'message_id') ?? requestId, model: '' });
  }

  function finish(json: JsonObject): void {
    const usage = usageIn(json, readUsage);
    if (usage) tracker.usage(usage);
    tracker.finish(0, { reason: 'stop' });
    tracker.end();
  }

  function readEvent(json: JsonObject): void {
    switch (textAt(json, 'event')) {
      case 'message':
      case 'agent_message': {
        const answer = textAt(json, 'answer') ?? '';
        begin(json);
        if (answer === '') return;
        said = true;
        tracker.text(0, answer);
        return;
      }
      case 'agent_thought': {
        const thought = textAt(json, 'thought') ?? '';
        begin(json);
        // An agent's last thought is the answer, which has come already.
        if (thought !== '' && !said) tracker.reasoning(0, thought);
        return;
      }
      case 'message_end':
        begin(json);
        finish(json);
        return;
      case 'workflow_finished': {
        const data = objectAt(json, 'data') ?? {};
        if (textAt(data, 'status') !== 'failed') return;
        const message = textAt(data, 'error') ?? 'The workflow failed.';
        tracker.error({
          status: 500,
          message: cutAtWord(message, 2000),
          type: undefined,
          code: undefined,
          param: undefined,
        });
        return;
      }
      case 'error':
        tracker.error(failureIn(json, 500) ?? readChatError(500, ''));
        return;
      default:
    }
  }

  return {
    read(frame) {
      const json = parseObject(frame.data);
      if (json) readEvent(json);
      return tracker.take();
    },
    end: () => tracker.take(),
  };
}

/** How Dify's applications are asked. https://docs.dify.ai/api-reference/chat/send-chat-message */
export const difyEgress: Egress = {
  protocol: 'dify',
  writeRequest,
  readResponse(json, { requestId, readUsage }) {
    const answer = isObject(json) ? textAt(json, 'answer') : undefined;
    if (!isObject(json) || answer === undefined)
      return { failure: (isObject(json) ? failureIn(json, 502) : undefined) ?? readChatError(502, '') };
    return {
      id: textAt(json, 'message_id') ?? requestId,
      model: '',
      choices: [{ index: 0, parts: answer === '' ? [] : [{ type: 'text', text: answer }], finish: { reason: 'stop' } }],
      usage: usageIn(json, readUsage),
    };
  },
  readEvents,
  readError(status, bodyText) {
    const json = parseObject(bodyText);
    return (json && failureIn(json, status)) ?? readChatError(status, bodyText);
  },
};
