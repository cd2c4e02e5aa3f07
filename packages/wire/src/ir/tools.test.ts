import { describe, expect, test } from 'bun:test';
import { chatEgress } from '../protocols/openai-chat/egress.ts';
import { assemble } from './assemble.ts';
import { customToolsOf } from './custom-tools.ts';
import { explode } from './explode.ts';
import { mediaToFetch, withMedia } from './fetch-media.ts';
import type { IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';
import { restoreThoughts, watchThoughts } from './sealed-thoughts.ts';

const request: IrRequest = { by: 'openai-chat', model: 'm', stream: false, messages: [] };

describe('tools of free text', () => {
  test('called as functions, become calls of free text, whole and streamed', () => {
    const tools = customToolsOf({ ...request, tools: [{ type: 'custom', name: 'patch' }] });
    const call = { type: 'tool-call', callId: 'c', name: 'patch', kind: 'function' } as const;
    const answer: IrResponse = {
      id: 'a',
      model: 'm',
      choices: [
        {
          index: 0,
          parts: [
            { ...call, arguments: '{"input":"*** Begin\\n"}' },
            { ...call, name: 'other', arguments: '{"input":1}' },
            { ...call, arguments: 'cut off' },
          ],
          finish: { reason: 'tool-calls' },
        },
      ],
    };
    const whole = tools?.response(answer);
    expect(whole?.choices[0]?.parts).toEqual([
      { ...call, kind: 'custom', arguments: '*** Begin\n' },
      { ...call, name: 'other', arguments: '{"input":1}' },
      { ...call, kind: 'custom', arguments: 'cut off' },
    ]);
    const streamed = assemble(explode(answer).flatMap((event) => tools?.event(event) ?? []));
    expect(streamed.choices).toEqual([...(whole?.choices ?? [])]);
    expect(customToolsOf(request)).toBeUndefined();
  });
});

describe('media by URL', () => {
  test('are fetched only where the upstream needs their bytes', () => {
    const url = (address: string) => ({ kind: 'url', url: address }) as const;
    const asked: IrRequest = {
      ...request,
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'image', source: url('https://example.com/a.png') },
            {
              type: 'tool-result',
              callId: 'c',
              kind: 'function',
              content: [{ type: 'document', source: url('https://example.com/a.pdf') }],
            },
          ],
        },
      ],
    };
    expect(mediaToFetch(asked, chatEgress)).toEqual(['https://example.com/a.pdf']);
    const pdf = { mediaType: 'application/pdf', data: 'JVBERi0=' };
    const filled = withMedia(asked, new Map([['https://example.com/a.pdf', pdf]]));
    expect(mediaToFetch(filled, chatEgress)).toEqual([]);
    expect(JSON.stringify(filled)).toContain('JVBERi0=');
    expect(withMedia(asked, new Map())).toBe(asked);
  });
});

describe('sealed thoughts', () => {
  test('are kept by call id and put back where the client lost them', () => {
    const seal = { by: 'anthropic-messages', value: 'sig' } as const;
    const thought = { type: 'reasoning', text: 'hm', seal } as const;
    const call = { type: 'tool-call', callId: 'c1', name: 'now', kind: 'function', arguments: '{}' } as const;
    const watch = watchThoughts();
    const answer: IrResponse = {
      id: 'a',
      model: 'm',
      choices: [{ index: 0, parts: [thought, call], finish: { reason: 'tool-calls' } }],
    };
    for (const event of explode(answer)) watch.see(event);
    const kept = watch.found;
    expect(kept).toEqual({ thoughts: [thought], callSeals: new Map(), callIds: ['c1'] });
    const bare: IrRequest = {
      ...request,
      messages: [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'told' }, call] }],
    };
    const restored = restoreThoughts(bare, (callId) => (callId === 'c1' ? kept : undefined));
    expect(restored.messages[0]?.parts).toEqual([thought, call]);
    expect(restoreThoughts(restored, () => kept)).toBe(restored);
    expect(restoreThoughts(bare, () => undefined)).toBe(bare);
  });
});
