import { expect, test } from 'bun:test';
import { newAnswer, openCalls, emptyColumn, readBoard, type Message } from './conversation.ts';
import { failureOf, readEvents, withEvents, withPiece } from './read-answer.ts';
import { mistakeOf, requestOf } from './request.ts';

const delta = (part: object, more: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta: part, finish_reason: null }], ...more });

test('an answer grows with its events, whatever pieces they come in', () => {
  const text = [
    delta({ role: 'assistant', content: '' }),
    delta({ reasoning_content: 'Let me ' }),
    delta({ reasoning: 'see.' }),
    delta({ content: 'Hel' }),
    delta({ content: 'lo 你好' }),
    '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
    '{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}',
    '[DONE]',
  ]
    .map((data) => `data: ${data}\r\n\r\n`)
    .join(': a comment\n\n');
  for (const size of [1, 7, 1000]) {
    let rest = '';
    let answer = newAnswer;
    for (let at = 0; at < text.length; at += size) {
      const events = readEvents(rest + text.slice(at, at + size));
      rest = events.rest;
      answer = withEvents(answer, events.data);
    }
    expect(answer).toMatchObject({
      text: 'Hello 你好',
      thinking: 'Let me see.',
      finish: 'stop',
      inputTokens: 7,
      outputTokens: 3,
    });
  }
});

test('tool calls come together from their pieces', () => {
  const answer = withEvents(newAnswer, [
    delta({ tool_calls: [{ index: 0, id: 'call_a', function: { name: 'weather', arguments: '' } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
    delta({ tool_calls: [{ index: 1, id: 'call_b', function: { name: 'time', arguments: '{}' } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
  ]);
  expect(answer.calls).toEqual([
    { id: 'call_a', name: 'weather', arguments: '{"city":"Rome"}' },
    { id: 'call_b', name: 'time', arguments: '{}' },
  ]);
});

test('a whole answer and an error in the middle of a stream are read as well', () => {
  const whole = { choices: [{ message: { content: 'Yes.' }, finish_reason: 'length' }], usage: { prompt_tokens: 1 } };
  expect(withPiece(newAnswer, whole)).toMatchObject({ text: 'Yes.', finish: 'length', inputTokens: 1 });
  const broken = withPiece({ ...newAnswer, text: 'Ye' }, { error: { code: 'upstream_cut', message: 'It broke off.' } });
  expect(broken).toMatchObject({ text: 'Ye', state: 'failed', failure: { code: 'upstream_cut' } });
  expect(failureOf(502, undefined)).toEqual({ status: 502, code: '502', message: 'HTTP 502' });
});

const messages: Message[] = [
  { role: 'user', text: 'What is this?', images: ['data:image/png;base64,AAAA'] },
  { ...newAnswer, state: 'failed', failure: { status: 429, code: 'x', message: 'y' } },
  { ...newAnswer, state: 'done', calls: [{ id: 'c1', name: 'look', arguments: '{}' }] },
  { role: 'tool', callId: 'c1', name: 'look', text: 'a cat' },
];

test('a request says what was said, without answers that never came, and only the settings that are set', () => {
  const column = { ...emptyColumn(), model: 'm', messages };
  expect(requestOf(column)).toEqual({
    model: 'm',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
    ],
    stream: true,
    stream_options: { include_usage: true },
  });
  const settings = { ...column.settings, system: 'Be brief.', temperature: 0, stream: false, tools: '[{"name":"f"}]' };
  expect(requestOf({ ...column, settings, messages: [] })).toEqual({
    model: 'm',
    messages: [{ role: 'system', content: 'Be brief.' }],
    temperature: 0,
    tools: [{ type: 'function', function: { name: 'f' } }],
    stream: false,
  });
});

test('what is no JSON of its kind is told', () => {
  const { settings } = emptyColumn();
  expect(mistakeOf({ settings })).toBeUndefined();
  expect(mistakeOf({ settings: { ...settings, tools: '{}' } })).toBe('tools');
  expect(mistakeOf({ settings: { ...settings, tools: '[' } })).toBe('tools');
  expect(mistakeOf({ settings: { ...settings, schema: '[]' } })).toBe('schema');
  expect(mistakeOf({ settings: { ...settings, tools: '[]', schema: '{}' } })).toBeUndefined();
});

test('what was kept is read again, an answer under way as stopped, and nonsense not at all', () => {
  const column = { ...emptyColumn(), messages: [...messages.slice(0, 1), { ...newAnswer, text: 'Half', calls: [] }] };
  const read = readBoard(JSON.stringify({ columns: [column] }));
  expect(read?.columns[0]?.messages[1]).toMatchObject({ text: 'Half', state: 'stopped' });
  for (const text of [null, '', '{', '{}', '{"columns":[]}', '{"columns":[{"id":1}]}'])
    expect(readBoard(text)).toBeUndefined();
});

test('calls are open until they are answered', () => {
  const column = { ...emptyColumn(), messages: messages.slice(0, 3) };
  expect(openCalls(column).map(({ id }) => id)).toEqual(['c1']);
  expect(openCalls({ ...column, messages })).toEqual([]);
});
