import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { codecs, contextFor, targetModels, upstreams } from '../protocols/testing/codecs.ts';
import { named } from '../models/testing/named.ts';
import type { TextProtocolId } from '../protocol.ts';
import { assemble } from './assemble.ts';
import { explode } from './explode.ts';
import { fitTools } from './fit-tools.ts';
import { ownToolsOf } from './own-tools.ts';
import type { Part } from './part.ts';
import type { IrMessage, IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';
import { plainWords, type ToolRules } from './tool-rules.ts';
import { isLegal, openWords } from './words.ts';

const base: IrRequest = { by: 'openai-chat', model: 'm', stream: false, messages: [] };
const places = ['behind-message', 'behind-turn', 'in-order', 'anywhere'] as const;

const call = (callId: string, name = 'f', kind: 'function' | 'custom' = 'function'): Part => ({
  type: 'tool-call',
  callId,
  name,
  kind,
  arguments: kind === 'custom' ? 'text' : '{}',
});
const result = (callId: string, text = 'r', kind: 'function' | 'custom' = 'function'): Part => ({
  type: 'tool-result',
  callId,
  kind,
  content: [{ type: 'text', text }],
});
const said = (text: string): Part => ({ type: 'text', text });

const parts = (role: IrMessage['role']): fc.Arbitrary<Part> => {
  const ids = fc.constantFrom('c1', 'c2', 'c.1', 'c_1', '', 'ü'.repeat(70));
  const texts = fc.constantFrom('a', 'b').map(said);
  if (role === 'assistant')
    return fc.oneof(
      texts,
      fc
        .tuple(ids, fc.constantFrom('f', 'a.b', 'a_b', '1x', 'é'.repeat(80)), fc.boolean())
        .map(([id, name, free]) => call(id, name, free ? 'custom' : 'function')),
    );
  return role === 'user'
    ? fc.oneof(
        texts,
        ids.map((id) => result(id)),
      )
    : texts;
};

const conversations: fc.Arbitrary<readonly IrMessage[]> = fc.array(
  fc
    .constantFrom('user' as const, 'user' as const, 'assistant' as const, 'assistant' as const, 'developer' as const)
    .chain((role) =>
      fc.array(parts(role), { minLength: 1, maxLength: 4 }).map((list): IrMessage => ({ role, parts: list })),
    ),
  { maxLength: 9 },
);

const rules: fc.Arbitrary<ToolRules> = fc.record({
  names: fc.constantFrom(plainWords(64), { ...plainWords(128), first: /[a-zA-Z_]/ }),
  callIds: fc.constantFrom({}, plainWords(), plainWords(64), { max: 40 }),
  results: fc.constantFrom(...places),
  freeText: fc.boolean(),
});

const flat = (messages: readonly IrMessage[]): readonly Part[] => messages.flatMap((message) => message.parts);

/** Which result answers which call, by their places among all calls and results; what has no call is left out. */
function pairs(messages: readonly IrMessage[]): readonly string[] {
  const all = flat(messages);
  const calls = all.filter((part) => part.type === 'tool-call');
  return all.flatMap((part) => {
    if (part.type !== 'tool-result') return [];
    const at = calls.findIndex(({ callId }) => callId === part.callId);
    return at < 0 ? [] : [`${at}: ${JSON.stringify(part.content)}`];
  });
}

describe('tools made to fit', () => {
  test('names and ids are legal, no id is given twice, and nothing is said more or less', () => {
    fc.assert(
      fc.property(conversations, rules, (messages, wanted) => {
        const { request } = fitTools({ ...base, messages }, wanted);
        const before = flat(messages);
        const after = flat(request.messages);
        expect(after.length).toBe(before.length);
        expect(after.map(({ type }) => type).sort()).toEqual(before.map(({ type }) => type).sort());
        const ids = after.flatMap((part) => (part.type === 'tool-call' ? part.callId : []));
        expect(new Set(ids).size).toBe(ids.length);
        for (const part of after) {
          if (part.type !== 'tool-call' && part.type !== 'tool-result') continue;
          expect(isLegal(part.callId, wanted.callIds)).toBeTrue();
          if (!wanted.freeText) expect(part.kind).toBe('function');
          if (part.type === 'tool-call') expect(isLegal(part.name, wanted.names)).toBeTrue();
        }
      }),
      { numRuns: 500 },
    );
  });

  test('what fits already is the very same request, and fitting twice changes nothing more', () => {
    fc.assert(
      fc.property(conversations, rules, (messages, wanted) => {
        const once = fitTools({ ...base, messages }, wanted).request;
        const again = fitTools(once, wanted);
        expect(again.request).toBe(once);
        expect(again.losses).toEqual([]);
        expect(again.ownNames).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('results stand where they must', () => {
    fc.assert(
      fc.property(conversations, rules, (messages, wanted) => {
        const { request } = fitTools({ ...base, messages }, wanted);
        if (wanted.results === 'anywhere') return;
        const list = request.messages.filter(
          ({ role }) => wanted.results === 'behind-message' || role === 'user' || role === 'assistant',
        );
        // Of each result that has a call: between the two nothing is said but results, and by alternating turns nothing by the model.
        for (const [i, message] of list.entries())
          for (const part of message.parts) {
            if (part.type !== 'tool-call') continue;
            const at = list.findIndex(({ parts: inside }) =>
              inside.some((one) => one.type === 'tool-result' && one.callId === part.callId),
            );
            if (at < 0) continue;
            const between = list.slice(i + 1, at);
            if (wanted.results === 'behind-message')
              expect(flat(between).every(({ type }) => type === 'tool-result')).toBeTrue();
            else {
              const roles = between.map(({ role }) => role).join(' ');
              expect(roles).toMatch(/^(?:assistant ?)*(?:user ?)*$/);
            }
          }
      }),
      { numRuns: 500 },
    );
  });

  test('a result stays with the call that it answers', () => {
    const messages: readonly IrMessage[] = [
      { role: 'assistant', parts: [call('a'), call('a')] },
      { role: 'user', parts: [result('a', '1'), result('a', '2')] },
      { role: 'assistant', parts: [call('a'), call('b')] },
      { role: 'user', parts: [said('wait'), result('b', '4')] },
      { role: 'assistant', parts: [said('I do.')] },
      { role: 'user', parts: [result('a', '3')] },
    ];
    for (const results of places) {
      const wanted = { names: plainWords(64), callIds: plainWords(64), results, freeText: true };
      const found = pairs(fitTools({ ...base, messages }, wanted).request.messages);
      const answer = (call_: number, text: string) => `${call_}: ${JSON.stringify([said(text)])}`;
      expect([...found].sort()).toEqual([answer(0, '1'), answer(1, '2'), answer(2, '3'), answer(3, '4')]);
    }
  });

  test('what was said before stays as it was when the conversation goes on', () => {
    fc.assert(
      fc.property(conversations, rules, (messages, wanted) => {
        // Names of later turns may be new; ids are given out in the order of the calls.
        const ids = (list: readonly IrMessage[]): readonly string[] =>
          flat(fitTools({ ...base, messages: list }, wanted).request.messages).flatMap((part) =>
            part.type === 'tool-call' ? part.callId : [],
          );
        const before = ids(messages);
        const later = ids([...messages, { role: 'assistant', parts: [call('c1'), call('c_1_2')] }]);
        expect(later.slice(0, before.length)).toEqual([...before]);
      }),
    );
  });

  test('results of free text are told from those of functions where Chat cannot', () => {
    const messages: readonly IrMessage[] = [
      { role: 'assistant', parts: [call('a', 'patch', 'custom')] },
      { role: 'user', parts: [result('a')] },
    ];
    const wanted = { names: {}, callIds: {}, results: 'anywhere', freeText: true } as const;
    const fitted = fitTools({ ...base, messages }, wanted);
    expect(fitted.request.messages[1]?.parts[0]).toMatchObject({ kind: 'custom' });
  });

  test('many tools and calls of the same name or id take no time', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => i);
    const messages: readonly IrMessage[] = [
      { role: 'assistant', parts: many.map(() => call('x', 'a.b')) },
      { role: 'user', parts: many.map((i) => result('x', `${i}`)) },
    ];
    const tools = many.map((i) => ({ type: 'function', name: `a${'.:/'.charAt(i % 3)}${i}` }) as const);
    for (const results of places) {
      const { request } = fitTools(
        { ...base, messages, tools },
        { names: plainWords(64), callIds: plainWords(64), results, freeText: false },
      );
      expect(new Set(request.tools?.map((tool) => tool.name)).size).toBe(many.length);
      expect(pairs(request.messages.map(({ role, parts: list }) => ({ role, parts: list.slice(0, 50) })))).toHaveLength(
        50,
      );
    }
  });
});

describe('words', () => {
  test('a repaired word is legal, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('', 'a'.repeat(200), '1'))), (list) => {
        const rule = { ...plainWords(12), first: /[a-z_]/ };
        const words = openWords(rule);
        const given = list.map((word) => words.take(word));
        expect(new Set(given).size).toBe(given.length);
        for (const word of given) expect(isLegal(word, rule)).toBeTrue();
      }),
    );
  });
});

/** Names that some protocol refuses. */
const unruly = ['github.create_issue', '1st', 'a:b', `mcp__${'x'.repeat(80)}`, 'naïve', 'plain'];

for (const client of codecs.keys()) {
  for (const [to, upstream] of upstreams) {
    test(`a ${client} client of a ${to} upstream is called by its own names, with ids that are new to it`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...unruly), fc.constantFrom('c1', 'c.2', 'new'), (name, id) => {
          const request = unrulyRequest(client, name);
          const written = upstream.writeRequest(request, named(targetModels[to]));
          const told = [...(written.ownNames ?? [])].find(([, own]) => own === name)?.[0] ?? name;
          expect(JSON.stringify(written.value)).toContain(JSON.stringify(told));
          const { ingress } = codecs.get(client) ?? { ingress: undefined };
          const asked = { request, ownNames: written.ownNames, callIds: ingress?.callIds };
          const answer = calling(told, id);
          const whole = ownToolsOf(asked, 'req1').response(answer);
          const streamed = assemble(ownToolsOf(asked, 'req1').events(explode(answer)));
          expect(streamed.choices).toEqual([...whole.choices]);
          const calls = flat(whole.choices.map(({ parts: list }) => ({ role: 'assistant', parts: list })));
          expect(calls.map((part) => (part.type === 'tool-call' ? part.name : ''))).toEqual([name, name, name]);
          const ids = calls.map((part) => (part.type === 'tool-call' ? part.callId : ''));
          expect(new Set([...ids, 'c1', 'c.2', 'c_2']).size).toBe(6);
          const body = JSON.stringify(ingress?.writeResponse(whole, contextFor(request)).value);
          expect(body).toContain(JSON.stringify(name));
          for (const one of ids) expect(client === 'gemini' || body.includes(JSON.stringify(one))).toBeTrue();
        }),
      );
    });
  }
}

function unrulyRequest(by: TextProtocolId, name: string): IrRequest {
  const tools = unruly.map((one) => ({ type: 'function', name: one }) as const);
  const messages: readonly IrMessage[] = [
    { role: 'user', parts: [said('go')] },
    { role: 'assistant', parts: [call('c1', name), call('c.2', name), call('c_2', name)] },
    { role: 'user', parts: [result('c1'), result('c.2'), result('c_2')] },
  ];
  return { ...base, by, tools, messages, toolChoice: { type: 'tool', name, kind: 'function' } };
}

function calling(name: string, callId: string): IrResponse {
  const one = { type: 'tool-call', callId, name, kind: 'function', arguments: '{}' } as const;
  const calls = [one, one, { ...one, callId: '' }];
  return { id: 'a', model: 'm', choices: [{ index: 0, parts: calls, finish: { reason: 'tool-calls' } }] };
}
