import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Locator, Page } from 'playwright-core';
import { type Gateway, startGateway } from '../gateway.ts';
import { chromiumPath } from './chromium.ts';
import { enterByLink, openConsolePage, type ConsolePage } from './console-page.ts';

/** What administrators do in dialogs: an order that is dragged, many keys at once, prices of a list, a logo, models of a server. */

/** What the server of one's own holds at first. */
const held = { name: 'qwen3:8b', size: 5_225_388_164, modified_at: '2026-05-01T10:00:00Z' };

type Asked = { readonly model: string; readonly tools?: unknown; readonly stream?: boolean };

/** A model that answers, unless it is broken, or given tools. */
function chatOf({ model, tools, stream }: Asked): Response {
  if (model === 'broken') return Response.json({ error: { message: 'The key is of no use.' } }, { status: 401 });
  if (tools !== undefined) return Response.json({ error: { message: 'No tools here.' } }, { status: 400 });
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const end = { index: 0, finish_reason: 'stop' };
  if (stream === true) {
    const chunk = {
      id: '1',
      object: 'chat.completion.chunk',
      model,
      choices: [{ ...end, delta: { content: 'Hello' } }],
      usage,
    };
    return new Response(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    });
  }
  const message = { role: 'assistant', content: 'Hello' };
  return Response.json({ id: '1', object: 'chat.completion', model, choices: [{ ...end, message }], usage });
}

/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(chromiumPath === undefined)('dialogs of administrators', () => {
  let gateway: Gateway;
  let server: ReturnType<typeof Bun.serve>;
  let view: ConsolePage;
  let page: Page;
  const removed: unknown[] = [];
  /** What the upstream of a channel that is watched lists. */
  const listed = ['a', 'never wanted'];

  const look = (state: string): Promise<void> => view.look(`dialogs-${state}`);
  const press = (name: string | RegExp): Promise<void> => view.press(name);
  const inDialog = (name: string | RegExp): Locator => page.getByRole('dialog').getByRole('button', { name });
  const call = async (method: string, at: string, body?: object): Promise<unknown> =>
    await page.evaluate(
      async ([how, where, sent]) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`/api/v1${where}`, { method: how ?? 'GET', headers, body: sent ?? null });
        return (await response.json()) as unknown;
      },
      [method, at, body === undefined ? undefined : JSON.stringify(body)] as const,
    );

  beforeAll(async () => {
    server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === '/api/tags') return Response.json({ models: removed.length === 0 ? [held] : [] });
        if (pathname === '/v1/models') return Response.json({ data: listed.map((id) => ({ id })) });
        if (pathname === '/v1/chat/completions') return chatOf((await request.json()) as Asked);
        if (pathname === '/api/pull') return new Response('{"error":"pull model manifest: file does not exist"}\n');
        if (request.method === 'DELETE') removed.push(await request.json());
        return new Response(null);
      },
    });
    gateway = await startGateway({});
    view = await openConsolePage();
    page = view.page;
    await enterByLink(page, gateway.setupUrl, { email: 'root@example.com', password: 'correct horse battery' });
    await page.getByRole('link', { name: 'Leave for later' }).waitFor();
    for (const [index, name] of ['first', 'second', 'third'].entries())
      await call('POST', '/channels', {
        name,
        provider: 'ollama',
        baseUrl: `http://127.0.0.1:${server.port}/v1`,
        credentials: [{}],
        models: ['gpt-4o-mini'],
        priority: 30 - 10 * index,
      });
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    await server?.stop(true);
  });

  test('channels are put in order with the mouse, and the priorities follow', async () => {
    await page.goto(`${gateway.url}/channels`);
    await press('Order');
    const rows = page.getByRole('dialog').getByRole('row');
    await rows.nth(2).waitFor();
    await look('order');
    const grip = await page.getByRole('button', { name: 'Drag third' }).boundingBox();
    const top = await rows.first().boundingBox();
    if (grip === null || top === null) throw new Error('the rows are nowhere');
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(top.x + 60, top.y + 30, { steps: 4 });
    await page.mouse.move(top.x + 60, top.y + 2, { steps: 4 });
    await page.mouse.up();
    await rows.first().getByText('third').waitFor();
    await inDialog(/^Save/).click();
    await page
      .getByText(/priorit(y was|ies were) changed/)
      .first()
      .waitFor();
    const { data } = (await call('GET', '/channels')) as { data: { name: string; priority: number }[] };
    expect(data.toSorted((a, b) => b.priority - a.priority).map(({ name }) => name)).toEqual([
      'third',
      'first',
      'second',
    ]);
  }, 60_000);

  test('a channel is made in three steps, its account tried before it is kept, and its models tested', async () => {
    await page.goto(`${gateway.url}/channels`);
    await press('Add channel');
    await page.getByLabel('Find a provider').fill('compatible');
    await look('create-provider');
    await inDialog(/OpenAI-compatible/).click();
    await page.getByLabel('Base URL').fill(`http://127.0.0.1:${server.port}/v1`);
    // One that answers badly is not added by the same button.
    await page.getByRole('combobox', { name: 'Models' }).fill('broken');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await inDialog('Test and add').click();
    await page.getByText('The key is of no use.').waitFor();
    await inDialog('Add all the same').waitFor();
    await look('create-refused');
    await page.getByRole('dialog').getByRole('checkbox', { name: 'broken' }).click({ force: true });
    await page.getByRole('dialog').getByRole('checkbox', { name: 'a', exact: true }).click({ force: true });
    await inDialog(/^Test$/).click();
    await page.getByText(/^a answered in/).waitFor();
    await page.getByText('Advanced').click();
    await page.getByLabel('Name', { exact: true }).fill('fourth');
    await page.getByText('1 field changed').waitFor();
    await look('create-answered');
    await inDialog('Add channel').click();
    await page.getByRole('heading', { name: 'fourth', level: 1 }).waitFor();
    await page.getByRole('tab', { name: 'Tests' }).click();
    await page.getByRole('checkbox', { name: 'Tools' }).click({ force: true });
    await press(/^Test 1 model/);
    await page.getByRole('button', { name: '400' }).click();
    await page.getByText('No tools here.').waitFor();
    expect(await page.getByRole('cell').getByText(/ms$/).count()).toBe(2);
    await look('tests');
    const { data } = (await call('GET', '/channels')) as { data: { id: string; name: string }[] };
    const made = data.find(({ name }) => name === 'fourth');
    expect(made).toMatchObject({ models: [{ name: 'a', upstream: 'a' }], credentials: [{}] });
  }, 60_000);

  test('a server of one’s own shows what it holds, serves it, fetches and removes', async () => {
    await page.goto(`${gateway.url}/channels`);
    await page.getByText('first', { exact: true }).first().click();
    await page.getByRole('tab', { name: /^Models/ }).click();
    await press('On the server');
    await page.getByText('qwen3:8b').waitFor();
    await page.getByLabel('Name of a model').fill('no-such:1b');
    await inDialog('Fetch').click();
    await page.getByText('pull model manifest: file does not exist').waitFor();
    await look('held-models');
    await inDialog('Put no-such:1b away').click();
    await page.getByText('pull model manifest').waitFor({ state: 'detached' });
    await inDialog('Serve').click();
    await page.getByText('Served', { exact: true }).waitFor();
    await inDialog('Remove qwen3:8b').click();
    await inDialog('Remove for good').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove for good' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await press('Save');
    await page
      .getByText(/models? (is|are) served/)
      .first()
      .waitFor();
    const { data } = (await call('GET', '/channels')) as { data: { name: string; models: { name: string }[] }[] };
    expect(data.find(({ name }) => name === 'first')?.models.map(({ name }) => name)).toEqual([
      'gpt-4o-mini',
      'qwen3:8b',
    ]);
    expect(removed).toEqual([{ model: 'qwen3:8b' }]);
  }, 60_000);

  test('many keys are made at once, and told once', async () => {
    await page.goto(`${gateway.url}/keys`);
    await page.getByRole('button', { name: 'Create key' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('seat-{n}');
    const many = page.getByRole('textbox', { name: 'How many' });
    await many.fill('3');
    await many.press('Tab');
    await inDialog('Create 3 keys').click();
    await page.locator('[data-secret]').nth(2).waitFor();
    await look('many-keys');
    const texts = await page.locator('[data-secret]').allTextContents();
    expect(new Set(texts).size).toBe(3);
    await press('I have copied it');
    await page.getByText('seat-3').waitFor();
    expect(await page.content()).not.toContain(texts[0] ?? '');
  }, 60_000);

  test('a price of the list that comes with each version is taken over', async () => {
    // It costs otherwise in the list.
    const dear = await call('PATCH', '/models/gpt-4o-mini', { price: { input: '9', output: '9' } });
    expect(dear).toMatchObject({ name: 'gpt-4o-mini' });
    await page.goto(`${gateway.url}/price-lists`);
    const row = page.getByRole('row').filter({ hasText: 'gpt-4o-mini' }).first();
    await row.waitFor();
    await look('price-list');
    const box = row.getByRole('checkbox');
    if (!(await box.isChecked())) await box.check({ force: true });
    await press(/^Take \d+/);
    await page.getByText('Nothing differs').waitFor();
    expect(await call('GET', '/models/gpt-4o-mini')).toMatchObject({
      current: {
        price: {
          rates: expect.arrayContaining([expect.objectContaining({ input: '0.15', output: '0.6' })]) as unknown,
        },
      },
    });
    // What holds where no other condition does is a field among others.
    await page.goto(`${gateway.url}/models/gpt-4o-mini`);
    await page.getByRole('group', { name: 'Otherwise' }).getByLabel('Input', { exact: true }).waitFor();
    await look('price-with-conditions');
    await press('Edit as text');
    await page.getByLabel('Price with conditions').waitFor();
  }, 60_000);

  test('a price is an expression, whose bill is shown while it is written', async () => {
    // That of the list has conditions, which are written as text.
    await call('PATCH', '/models/gpt-4o-mini', { price: { input: '1', output: '2' } });
    await page.goto(`${gateway.url}/models/gpt-4o-mini`);
    await page.getByRole('group', { name: 'How the tokens are priced' }).getByText('Expression').click();
    const field = page.getByRole('textbox', { name: 'Expression' });
    await field.fill('tier("long", p * 2 + nothing)');
    await page
      .getByText(/nothing/)
      .last()
      .waitFor();
    await field.fill('tier("long", p * 2 + c * 10)');
    // 10 000 tokens in and 1000 out, as the trial has them at first.
    await page.getByRole('region', { name: 'A request by this price' }).getByText('$0.03').first().waitFor();
    await look('expression');
    await press('Save as a new version');
    await page.getByText('The price of gpt-4o-mini is in force').first().waitFor();
    expect(await call('GET', '/models/gpt-4o-mini')).toMatchObject({
      current: { price: { expression: 'tier("long", p * 2 + c * 10)' } },
    });
  }, 60_000);

  test('a key goes on to a channel, and may use some endpoints of those that are opened', async () => {
    await page.goto(`${gateway.url}/keys`);
    await page.getByRole('button', { name: 'Create key' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('goes on');
    await page.getByRole('button', { name: /Goes on to/ }).click();
    await page.getByRole('option', { name: /^second/ }).click();
    const endpoints = page.getByRole('combobox', { name: 'Opened endpoints' });
    await endpoints.fill('skills');
    await endpoints.press('Enter');
    await page.getByRole('button', { name: 'Remove second' }).waitFor();
    await look('key-stops');
    await inDialog('Create key').click();
    await press('I have copied it');
    const channels = (await call('GET', '/channels')) as { data: { id: string; name: string }[] };
    const keys = (await call('GET', '/keys')) as { data: { name: string }[] };
    expect(keys.data.find(({ name }) => name === 'goes on')).toMatchObject({
      fallbacks: [`channel:${channels.data.find(({ name }) => name === 'second')?.id}`],
      openEndpoints: ['skills'],
    });
  }, 60_000);

  test('models that an upstream lists anew are served by one click', async () => {
    const made = (await call('POST', '/channels', {
      name: 'watched',
      provider: 'custom',
      baseUrl: `http://127.0.0.1:${server.port}/v1`,
      credentials: [{ apiKey: 'sk-not-a-secret' }],
      models: ['a'],
      watchModels: 'tell',
    })) as { id: string };
    await page.goto(`${gateway.url}/channels/${made.id}?tab=models`);
    await press('Look now');
    await page.getByText(/nothing new/).waitFor();
    listed.push('brand-new');
    await press('Look now');
    await page.getByText('1 new model').waitFor();
    await look('model-watch');
    await press('Serve 1 model');
    await page.getByText('1 new model').waitFor({ state: 'detached' });
    expect(await call('GET', `/channels/${made.id}`)).toMatchObject({ models: [{ name: 'a' }, { name: 'brand-new' }] });
  }, 60_000);

  test('a key of one’s own to a provider is brought, switched off, and removed', async () => {
    await call('PUT', '/settings/providerKeys.enabled', { value: true });
    await page.goto(`${gateway.url}/own-keys`);
    await page.getByRole('button', { name: 'Add a provider key' }).first().click();
    const provider = page.getByRole('combobox', { name: 'Provider' });
    await provider.fill('OpenAI');
    await page.getByRole('option', { name: 'OpenAI', exact: true }).click();
    await page.getByLabel('API key').fill('sk-proj-not-a-secret');
    const models = page.getByRole('combobox', { name: 'Models' });
    await models.fill('gpt-4o-mini');
    await models.press('Enter');
    await look('own-key-new');
    await inDialog('Save').click();
    await page.getByText('In use', { exact: true }).waitFor();
    await look('own-keys');
    expect(await page.content()).not.toContain('sk-proj-not-a-secret');
    await page.getByRole('switch', { name: /^Use/ }).click({ force: true });
    await page.getByText('Switched off', { exact: true }).waitFor();
    expect(await call('GET', '/provider-keys')).toMatchObject({ data: [{ provider: 'openai', enabled: false }] });
    await press('Remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No provider keys yet').waitFor();
    expect(await call('GET', '/provider-keys')).toMatchObject({ data: [] });
  }, 60_000);

  test('a logo is uploaded, and shown in place of the mark', async () => {
    await page.goto(`${gateway.url}/settings?q=site.logo`);
    const logo = page.getByRole('group', { name: 'Logo, uploaded' });
    await logo.locator('input[type=file]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png });
    await logo.getByRole('button', { name: 'Remove' }).waitFor();
    await press('Review and save');
    await look('logo');
    await inDialog('Save').click();
    await page.getByText('1 setting saved').waitFor();
    expect(
      await page
        .locator('aside img')
        .first()
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBe(1);
  }, 60_000);

  test('who has signed in long ago proves who they are before a token is made', async () => {
    await call('PUT', '/settings/accounts.proofGraceMs', { value: 0 });
    await page.goto(`${gateway.url}/account`);
    await press('Create token');
    await page.getByLabel('What it is for').fill('ci');
    await inDialog('Create token').click();
    await page.getByText('Is it you?').waitFor();
    await look('proof');
    await page.getByLabel('Your password').fill('not it');
    await press('Go on');
    await page.getByText('That was not accepted').waitFor();
    await page.getByLabel('Your password').fill('correct horse battery');
    await press('Go on');
    await page.getByText('Copy it now').waitFor();
  }, 60_000);

  test('visitors see the operator’s own first page, in a frame', async () => {
    const value = '<h1>Welcome to our gateway</h1><p><a href="sign-in">Enter</a></p>';
    await call('PUT', '/settings/site.firstPage', { value });
    await page.context().clearCookies();
    await page.goto(gateway.url);
    const own = page.frameLocator('iframe');
    await own.getByRole('heading', { name: 'Welcome to our gateway' }).waitFor();
    await look('first-page');
    // A link leads the whole window away.
    await own.getByRole('link', { name: 'Enter' }).click();
    await page.getByLabel('Password').waitFor();
    expect(view.wrong).toEqual([]);
  }, 60_000);
});
