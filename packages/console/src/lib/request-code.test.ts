import { expect, test } from 'bun:test';
import { codeOf, requestCodes } from './request-code.ts';

const body = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be "brief".' },
    {
      role: 'user',
      content: [
        { type: 'text', text: "It's this:" },
        { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${'A'.repeat(500)}` } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"deep":true}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
  ],
  max_completion_tokens: 50,
  tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
  response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' }, strict: true } },
  stream: false,
};
const code = (id: Parameters<typeof codeOf>[0]): string => codeOf(id, { root: 'https://gate.example', body });

test('a picture’s data is in no code, and no key is', () => {
  for (const { id } of requestCodes) {
    expect(code(id)).not.toContain('A'.repeat(41));
    expect(code(id)).toContain('TOLLGATE_KEY');
    expect(code(id)).toContain('https://gate.example');
  }
});

test('the shell gets the JSON whole, quotes and all', async () => {
  const text = code('curl').replace(/^curl /, 'printf "%s\\n" ');
  const shell = Bun.spawn(['sh', '-c', text], { env: { TOLLGATE_KEY: 'k' }, stdout: 'pipe' });
  const printed = await new Response(shell.stdout).text();
  const json: unknown = JSON.parse(printed.slice(printed.indexOf('\n-d\n') + 4));
  expect(json).toEqual(JSON.parse(JSON.stringify(body).replace('A'.repeat(500), '…')));
  expect(printed).toContain('Authorization: Bearer k');
});

test('what the other protocols call otherwise is called so', () => {
  const messages = code('anthropic-python');
  for (const piece of [
    'system="Be \\"brief\\"."',
    'max_tokens=50',
    '"tool_result"',
    '"tool_use"',
    '"input_schema"',
    '"deep": True',
  ])
    expect(messages).toContain(piece);
  expect(messages).not.toContain('"role": "system"');
  const contents = code('gemini-python');
  for (const piece of [
    '"role": "model"',
    '"function_call"',
    '"function_response"',
    '"name": "look"',
    '"max_output_tokens": 50',
  ])
    expect(contents).toContain(piece);
});

test('Python code compiles', async () => {
  const python = Bun.which('python3');
  if (python === null) return;
  for (const { id } of requestCodes.filter(({ id: name }) => name.endsWith('python'))) {
    const run = Bun.spawn([python, '-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
      stdin: new Blob([code(id)]),
      stderr: 'pipe',
    });
    expect([id, await run.exited, await new Response(run.stderr).text()]).toEqual([id, 0, '']);
  }
});
