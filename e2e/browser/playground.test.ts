import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { balanced, verify } from '../account.ts';
import { until } from '../until.ts';
import { chromiumPath } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';

/** Asking models in the console: what is shown of the answer, how it is stopped, and that it is charged as any request. */

const config = (baseUrl: string): string => `
channels:
  - name: main
    provider: custom
    baseUrl: ${baseUrl}
    credentials: [{ apiKey: upstream-secret }]
    models: [plain, thoughtful]
    groups: [default]
models:
  - { name: plain, price: { input: 1, output: 2 } }
  - { name: thoughtful, price: { input: 1, output: 2 } }
groups:
  - { name: default, multiplier: 1 }
settings:
  relay.disconnectPolicy: cancel
`;

const answerText = '## A list\n\n- **one**\n- two\n\n<img src=x onerror="alert(1)">\n\n```js\nrun();\n```';

describe.skipIf(chromiumPath === undefined)('the playground in a browser', () => {
  let stage: Stage;
  let admin: Stage['admin'];
  let view: Stage['view'];
  let page: Stage['page'];
  const asked: { readonly model: string; readonly [field: string]: unknown }[] = [];
  /** Streams that the gateway has hung up on. */
  let cut = 0;

  const look = async (state: string): Promise<void> => {
    await view.look(`playground-${state}`);
    await page.setViewportSize({ width: 1366, height: 860 });
  };
  const say = async (text: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Say something' }).fill(text);
    await page.keyboard.press('Enter');
  };

  /** Answers as its question wants: at once, never to the end, or with a call of a tool. */
  function answer(body: {
    readonly model: string;
    readonly messages: readonly { readonly content: unknown }[];
  }): Response {
    asked.push(body);
    const question = String(body.messages.at(-1)?.content);
    const delta = (part: object, finish: string | null = null): string =>
      `data: ${JSON.stringify({
        id: 'c1',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: body.model,
        choices: [{ index: 0, delta: part, finish_reason: finish }],
      })}\n\n`;
    const usage = `data: ${JSON.stringify({
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: body.model,
      choices: [],
      usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
    })}\n\ndata: [DONE]\n\n`;
    const call = {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city":"Rome"}' },
    };
    const pieces =
      question === 'weather?'
        ? [delta({ role: 'assistant', tool_calls: [call] }), delta({}, 'tool_calls'), usage]
        : question === 'for ever'
          ? [delta({ role: 'assistant', content: 'It goes on' })]
          : [
              delta({ role: 'assistant', reasoning_content: 'They want a list.' }),
              delta({ content: answerText }),
              delta({}, 'stop'),
              usage,
            ];
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        if (question !== 'for ever') controller.close();
      },
      cancel() {
        cut += 1;
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  }

  beforeAll(async () => {
    stage = await openStage({
      config,
      answer: async (request) => answer((await request.json()) as Parameters<typeof answer>[0]),
      credit: '1',
      path: '/playground',
    });
    ({ admin, view, page } = stage);
  }, 60_000);

  afterAll(async () => await stage?.close());

  test('who has no key is told what for', async () => {
    await page.getByText('A key is needed first').waitFor();
    await look('no-key');
    await admin.createKey('playing');
    await page.reload();
    await page.getByText('Say something below').waitFor();
  }, 60_000);

  test('an answer is drawn from its Markdown, with its thoughts folded, its times and its cost', async () => {
    await page.getByRole('button', { name: 'Add a column' }).click();
    await page.getByRole('combobox', { name: 'Model' }).nth(1).fill('thou');
    await page.getByRole('option', { name: 'thoughtful' }).click();
    await say('A list, please');
    await page.getByRole('heading', { name: 'A list' }).nth(1).waitFor();
    // 1000 at 1 USD and 500 at 2 USD per million, as the log tells it.
    await page.getByText('$0.002').nth(1).waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'one' }).count()).toBe(2);
    // What would be HTML is text.
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.getByText('<img src=x').count()).toBe(2);
    expect(await page.getByText('They want a list.').first().isVisible()).toBe(false);
    await page.getByText('Thoughts').first().click();
    await page.getByText('They want a list.').first().waitFor();
    expect(asked.map(({ model }) => model).toSorted()).toEqual(['plain', 'thoughtful']);
    await look('answered');
  }, 60_000);

  test('what is written goes on in the browser, and the request in the log', async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'A list' }).nth(1).waitFor();
    await page.getByRole('link', { name: 'View request' }).first().click();
    await page.getByText('the playground').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'More' }).nth(1).click();
    await page.getByRole('menuitem', { name: 'Remove this column' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Say something below').waitFor();
  }, 60_000);

  test('stopping hangs up on the provider, and trying again asks anew', async () => {
    await say('for ever');
    await page.getByText('It goes on').waitFor();
    await page.getByRole('button', { name: 'Stop' }).first().click();
    await page.getByText('Stopped').waitFor();
    await until('the stream to be cut', () => cut === 1);
    const before = asked.length;
    await page.getByRole('button', { name: 'Try again' }).click();
    await until('another request', () => asked.length === before + 1);
    await page.getByRole('button', { name: 'Stop' }).first().click();
    await until('the second stream to be cut', () => cut === 2);
    await page.getByRole('button', { name: 'Clear' }).click();
  }, 60_000);

  test('tools are called, and somebody plays them', async () => {
    await page.getByRole('button', { name: 'Parameters' }).click();
    await page.getByRole('button', { name: 'Example', exact: true }).first().click();
    await page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
    await look('parameters');
    await page.getByRole('button', { name: 'Done' }).click();
    await say('weather?');
    await page.getByRole('textbox', { name: 'Result of get_weather' }).fill('sunny');
    await look('tool-call');
    await page.getByRole('button', { name: 'Send results' }).click();
    await page.getByRole('heading', { name: 'A list' }).waitFor();
    expect(asked.at(-1)).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'weather?' },
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'get_weather' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
      tools: [{ type: 'function', function: { name: 'get_weather' } }],
    });
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'View code' }).click();
    await page.getByText('curl http').waitFor();
    await look('code');
    await page.keyboard.press('Escape');
  }, 60_000);

  test('nothing went wrong in the page, and the books agree', async () => {
    expect(view.wrong).toEqual([]);
    expect(await verify(stage.gateway)).toMatchObject(balanced);
  }, 60_000);
});
