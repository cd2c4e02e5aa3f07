import { expect, test } from 'bun:test';
import { explode } from '../../ir/explode.ts';
import type { IrResponse } from '../../ir/response.ts';
import { contextFor } from '../testing/codecs.ts';
import { chatIngress } from './ingress.ts';

const call = { operation: 'completions' } as const;
const context = { ...contextFor(), ...call };
const answer: IrResponse = {
  id: 'a',
  model: 'm',
  choices: [{ index: 0, parts: [{ type: 'text', text: 'Hello' }], finish: { reason: 'length' } }],
  usage: { inputText: 2, outputText: 1 },
};

test('a legacy completion becomes a conversation of one message, unless it is a batch', () => {
  const read = chatIngress.readRequest({ model: 'm', prompt: ['Say'], suffix: '!' }, call);
  expect(read).toMatchObject({
    value: {
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say' }] }],
      extensions: { fields: { suffix: '!' } },
    },
  });
  for (const prompt of [['a', 'b'], [1, 2], [], null])
    expect(chatIngress.readRequest({ model: 'm', prompt }, call)).toMatchObject({ param: 'prompt' });
});

test('its answer is a text completion, whole and streamed', () => {
  expect(chatIngress.writeResponse(answer, context).value).toMatchObject({
    id: 'cmpl-req1',
    object: 'text_completion',
    choices: [{ text: 'Hello', index: 0, logprobs: null, finish_reason: 'length' }],
    usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
  });
  const writer = chatIngress.writeEvents({ ...context, wantsUsage: false });
  const text = explode(answer)
    .map((event) => writer.write(event))
    .join('');
  const head = '{"id":"cmpl-req1","object":"text_completion","created":1700000000,"model":"model-asked","choices":[';
  expect(text.split('\n\n')).toEqual([
    `data: ${head}{"text":"Hello","index":0,"logprobs":null,"finish_reason":null}]}`,
    `data: ${head}{"text":"","index":0,"logprobs":null,"finish_reason":"length"}]}`,
    'data: [DONE]',
    '',
  ]);
});
