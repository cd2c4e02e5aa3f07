import { describe, expect, test } from 'bun:test';
import { anthropicEgress } from '../protocols/anthropic-messages/egress.ts';
import { geminiEgress } from '../protocols/gemini/egress.ts';
import { chatEgress } from '../protocols/openai-chat/egress.ts';
import { assemble } from './assemble.ts';
import { customToolsOf } from './custom-tools.ts';
import { explode } from './explode.ts';
import { mediaToFetch, withMedia } from './fetch-media.ts';
import type { IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';
import { restoreReasoning, watchSignedReasoning } from './signed-reasoning.ts';

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
    expect(mediaToFetch(asked, chatEgress)).toEqual([
      { url: 'https://example.com/a.pdf', path: 'messages[0].parts[1].content[0]' },
    ]);
    const pdf = { mediaType: 'application/pdf', data: 'JVBERi0=' };
    const filled = withMedia(asked, new Map([['https://example.com/a.pdf', pdf]]));
    expect(mediaToFetch(filled, chatEgress)).toEqual([]);
    expect(JSON.stringify(filled)).toContain('JVBERi0=');
    expect(withMedia(asked, new Map())).toBe(asked);
  });

  test('Gemini fetches for itself what is behind https and has a type', () => {
    const at = (url: string, mediaType?: string) => ({
      type: 'image' as const,
      source: { kind: 'url' as const, url, mediaType },
    });
    const parts = [
      at('https://example.com/a.png'),
      at('https://example.com/signed?x=1', 'image/png'),
      at('https://example.com/signed?x=1.png'),
      at('HTTP://example.com/b.png'),
      at('gs://bucket/c'),
      { ...at('https://youtu.be/dQw4'), type: 'video' as const },
      at('HTTP://example.com/b.png'),
    ];
    const asked: IrRequest = { ...request, messages: [{ role: 'user', parts }] };
    expect(mediaToFetch(asked, geminiEgress)).toEqual([
      { url: 'https://example.com/signed?x=1.png', path: 'messages[0].parts[2]' },
      { url: 'HTTP://example.com/b.png', path: 'messages[0].parts[3]' },
    ]);
    expect(mediaToFetch(asked, anthropicEgress)).toEqual([]);
  });
});

describe('signed reasoning', () => {
  test('are kept by call id and put back where the client lost them', () => {
    const signature = { by: 'anthropic-messages', value: 'sig' } as const;
    const thought = { type: 'reasoning', text: 'hm', signature } as const;
    const call = { type: 'tool-call', callId: 'c1', name: 'now', kind: 'function', arguments: '{}' } as const;
    const watch = watchSignedReasoning();
    const answer: IrResponse = {
      id: 'a',
      model: 'm',
      choices: [{ index: 0, parts: [thought, call], finish: { reason: 'tool-calls' } }],
    };
    for (const event of explode(answer)) watch.see(event);
    const kept = watch.found;
    expect(kept).toEqual({ parts: [thought], callSignatures: new Map(), callIds: ['c1'] });
    const bare: IrRequest = {
      ...request,
      messages: [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'told' }, call] }],
    };
    const restored = restoreReasoning(bare, (callId) => (callId === 'c1' ? kept : undefined));
    expect(restored.messages[0]?.parts).toEqual([thought, call]);
    expect(restoreReasoning(restored, () => kept)).toBe(restored);
    expect(restoreReasoning(bare, () => undefined)).toBe(bare);
  });
});
