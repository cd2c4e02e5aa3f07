import type { LossTracker } from '../../ir/loss.ts';
import type { Citation, Part, TokenLogprob } from '../../ir/part.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeAnnotation, writeLogprobs } from './content-write.ts';
import { messageItem } from './response-write.ts';
import type { ItemLog } from './stream-items.ts';

const own = 'openai-responses';

/** What a text or refusal begins with. */
type Head = { readonly part: number; readonly id?: string | undefined } & Pick<Part, 'extensions'>;

/**
 * Writes the texts and refusals of a stream as content of messages. A message stays open for the text that follows,
 * unless that has an id of its own.
 */
export type MessageWriter = {
  open(head: Head, refusal: boolean): string;
  tell(text: string, logprobs?: readonly TokenLogprob[]): string;
  cite(citation: Citation): string;
  /** Ends the content that is open. */
  close(): string;
  /** Ends the message that is open. */
  finish(status: 'completed' | 'incomplete'): string;
  /** The same for a stream that broke: what was being said is kept, and nothing told. */
  breakOff(): void;
};

type Content = {
  readonly path: string;
  readonly refusal: boolean;
  readonly where: JsonObject;
  /** The frame of a delta up to its number, and from there to its text. */
  readonly delta: readonly [string, string];
  text: string;
  readonly annotations: JsonObject[];
  /** Citations that wait for the text's end. */
  readonly uncited: Citation[];
  readonly logprobs: TokenLogprob[];
};

type Message = {
  readonly place: number;
  readonly id: string;
  /** The id of the part that began it. */
  readonly of: string | undefined;
  readonly head: Head;
  readonly content: JsonObject[];
};

export function openMessageWriter(log: ItemLog, lossTracker: LossTracker): MessageWriter {
  let message: Message | undefined;
  let content: Content | undefined;

  function finish(status: 'completed' | 'incomplete'): string {
    if (!message) return '';
    const { place, id, head, content: parts } = message;
    message = undefined;
    return log.done(place, messageItem(id, status, parts, head));
  }

  function open(head: Head, refusal: boolean): string {
    let text = '';
    if (message && message.of !== head.id) text += finish('completed');
    if (!message) {
      const place = log.place();
      message = { place, id: log.id('msg', place), of: head.id, head, content: [] };
      text += log.added(place, messageItem(message.id, 'in_progress', [], head));
    }
    const path = `choices[0].parts[${head.part}]`;
    lossTracker.extensions(path, head.extensions, own);
    const where = { item_id: message.id, output_index: message.place, content_index: message.content.length };
    const type = refusal ? 'response.refusal.delta' : 'response.output_text.delta';
    const members = JSON.stringify(where).slice(1, -1);
    const delta = [`event: ${type}\ndata: {"type":"${type}","sequence_number":`, `,${members},"delta":`] as const;
    content = { path, refusal, where, delta, text: '', annotations: [], uncited: [], logprobs: [] };
    const part = refusal
      ? { type: 'refusal', refusal: '' }
      : { type: 'output_text', annotations: [], logprobs: [], text: '' };
    return text + log.frame('response.content_part.added', { ...where, part });
  }

  function annotate({ path, text, annotations, where }: Content, citation: Citation): string {
    const annotation = writeAnnotation(citation, text.length, path, lossTracker);
    if (!annotation) return '';
    const annotation_index = annotations.push(annotation) - 1;
    return log.frame('response.output_text.annotation.added', { ...where, annotation_index, annotation });
  }

  function close(): string {
    if (!content || !message) return '';
    const { where, text, refusal, annotations } = content;
    let told = '';
    for (const citation of content.uncited) told += annotate(content, citation);
    const logprobs = writeLogprobs(content.logprobs);
    content = undefined;
    const part: JsonObject = refusal
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations, logprobs };
    message.content.push(part);
    told += refusal
      ? log.frame('response.refusal.done', { ...where, refusal: text })
      : log.frame('response.output_text.done', { ...where, text, logprobs });
    return told + log.frame('response.content_part.done', { ...where, part });
  }

  return {
    open,
    /** The one event that comes by the thousand; its frame is put together of what does not change. */
    tell(text, logprobs) {
      if (!content) return '';
      content.text += text;
      if (logprobs) content.logprobs.push(...logprobs);
      const [front, middle] = content.delta;
      const tail = content.refusal ? '' : `,"logprobs":${logprobs ? JSON.stringify(writeLogprobs(logprobs)) : '[]'}`;
      return `${front}${log.number()}${middle}${JSON.stringify(text)}${tail}}\n\n`;
    },
    cite(citation) {
      if (!content) return '';
      // A citation of all of a text may come before it (Anthropic's do), and has no end then.
      if (citation.end !== undefined || citation.raw?.by === own) return annotate(content, citation);
      content.uncited.push(citation);
      return '';
    },
    close,
    finish,
    breakOff() {
      if (!message) return;
      const { place, id, head, content: parts } = message;
      const said = content && {
        ...(content.refusal ? { type: 'refusal', refusal: content.text } : { type: 'output_text', text: content.text }),
        ...(content.refusal ? undefined : { annotations: content.annotations, logprobs: [] }),
      };
      log.keep(place, messageItem(id, 'incomplete', said ? [...parts, said] : parts, head));
    },
  };
}
