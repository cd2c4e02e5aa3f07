import type { IrEvent } from './event.ts';
import type { Part } from './part.ts';
import type { IrResponse } from './response.ts';

/**
 * The events that a whole answer would have been streamed as: `assemble(explode(r))` is `r`. For clients that asked for
 * a stream of an upstream that answered whole.
 */
export function explode(response: IrResponse): readonly IrEvent[] {
  const events: IrEvent[] = [
    {
      type: 'response-start',
      id: response.id,
      model: response.model,
      created: response.created,
      serviceTier: response.serviceTier,
      extensions: response.extensions,
    },
  ];
  let part = 0;
  for (const choice of response.choices) {
    for (const value of choice.parts) explodePart(value, part++, choice.index, events);
  }
  if (response.usage) events.push({ type: 'usage', usage: response.usage });
  if (response.servedAs) events.push({ type: 'served', servedAs: response.servedAs });
  for (const { index, finish } of response.choices) {
    if (finish) events.push({ type: 'finish', choice: index, finish });
  }
  events.push({ type: 'response-end' });
  return events;
}

function explodePart(value: Part, part: number, choice: number, events: IrEvent[]): void {
  const common = { part, choice, id: value.id, extensions: value.extensions };
  const signature = (): void => {
    if (value.signature) events.push({ type: 'signature', part, signature: value.signature });
  };
  switch (value.type) {
    case 'text':
      events.push({ type: 'text-start', ...common });
      if (value.text !== '' || value.logprobs)
        events.push({ type: 'text-delta', part, text: value.text, logprobs: value.logprobs });
      for (const citation of value.citations ?? []) events.push({ type: 'citation', part, citation });
      signature();
      events.push({ type: 'text-end', part });
      return;
    case 'reasoning':
      events.push({ type: 'reasoning-start', ...common, summary: value.summary, redacted: value.redacted });
      if (value.text !== '') events.push({ type: 'reasoning-delta', part, text: value.text });
      signature();
      events.push({ type: 'reasoning-end', part });
      return;
    case 'refusal':
      events.push({ type: 'refusal-start', ...common });
      if (value.text !== '' || value.logprobs)
        events.push({ type: 'refusal-delta', part, text: value.text, logprobs: value.logprobs });
      signature();
      events.push({ type: 'refusal-end', part });
      return;
    case 'tool-call':
      events.push({
        type: 'tool-call-start',
        ...common,
        callId: value.callId,
        name: value.name,
        kind: value.kind,
      });
      if (value.arguments !== '') events.push({ type: 'tool-call-arguments-delta', part, text: value.arguments });
      signature();
      events.push({ type: 'tool-call-end', part });
      return;
    // A model does not answer its own calls; nothing to stream.
    case 'tool-result':
      return;
    default:
      events.push({ type: 'part', part, choice, value });
  }
}
