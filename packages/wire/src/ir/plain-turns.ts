import type { ProtocolId } from '../protocol.ts';
import { hoistInstructions } from './instructions.ts';
import type { LossTracker } from './loss.ts';
import type { Part } from './part.ts';
import type { IrRequest } from './request.ts';

/** A turn of which nothing but its words, and pictures by their addresses, can be said. */
export type PlainTurn = {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly images: readonly string[];
};

/** A conversation in words, for upstreams whose models, tools and parameters are set up elsewhere. */
export type PlainConversation = { readonly instructions: string; readonly turns: readonly PlainTurn[] };

/** Takes the words out of a request; what is more than words is lost, and told. `who` is the upstream's name, for people. */
export function plainConversation(
  request: IrRequest,
  lossTracker: LossTracker,
  { own, who }: { readonly own: ProtocolId; readonly who: string },
): PlainConversation {
  const { instructions, messages } = hoistInstructions(request.messages, lossTracker);
  const system = instructions.flatMap(({ part, path }) => textIn(part, path, lossTracker, who) ?? []);
  const turns = messages.map(({ message, path }): PlainTurn => {
    const texts: string[] = [];
    const images: string[] = [];
    message.parts.forEach((part, i) => {
      const at = `${path}.parts[${i}]`;
      if (part.type === 'image' && part.source.kind === 'url') images.push(part.source.url);
      else texts.push(...(textIn(part, at, lossTracker, who) ?? []));
    });
    lossTracker.extensions(path, message.extensions, own);
    return { role: message.role === 'assistant' ? 'assistant' : 'user', text: texts.join('\n\n'), images };
  });
  lossTracker.extensions('', request.extensions, own);
  reportDropped(request, lossTracker, who);
  return {
    instructions: system.join('\n\n'),
    turns: turns.filter(({ text, images }) => text !== '' || images.length > 0),
  };
}

function textIn(part: Part, path: string, lossTracker: LossTracker, who: string): readonly string[] | undefined {
  if (part.type === 'text' || part.type === 'refusal') return part.text === '' ? undefined : [part.text];
  lossTracker.dropped(path, `${who} takes words, and no ${part.type}`);
  return undefined;
}

const dropped = [
  'tools',
  'toolChoice',
  'maxOutputTokens',
  'stop',
  'logprobs',
  'format',
  'reasoning',
  'verbosity',
  'modalities',
  'audioOutput',
  'metadata',
  'promptCacheKey',
  'serviceTier',
] as const satisfies readonly (keyof IrRequest)[];

function reportDropped(request: IrRequest, lossTracker: LossTracker, who: string): void {
  const why = `${who} has this set up where its application is`;
  for (const key of dropped) if (request[key] !== undefined) lossTracker.dropped(key, why);
  for (const key of Object.keys(request.sampling ?? {})) {
    const value = request.sampling?.[key as keyof NonNullable<IrRequest['sampling']>];
    if (value !== undefined) lossTracker.dropped(`sampling.${key}`, why);
  }
  if ((request.choices ?? 1) > 1) lossTracker.dropped('choices', `${who} gives one answer`);
}
