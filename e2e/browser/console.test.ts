import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { type Gateway, startGateway } from '../gateway.ts';
import { chromiumPath } from './chromium.ts';
import { enter, openConsolePage, type ConsolePage } from './console-page.ts';
import { pages } from './pages.ts';

const email = 'root@example.com';
const password = 'correct horse battery';

// 1 203 prompt tokens of which 401 from the cache, 257 written, at the prices below and a group factor of 1.25:
// (802 × 0.15 + 401 × 0.075 + 257 × 0.60) × 1.25 = 380.71875 millionths of a dollar.
const usage = {
  prompt_tokens: 1203,
  completion_tokens: 257,
  total_tokens: 1460,
  prompt_tokens_details: { cached_tokens: 401 },
};
const exactCharge = '$0.000380719';

const configFor = (baseUrl: string): string => `
channels:
  - name: main
    provider: custom
    baseUrl: ${baseUrl}
    credentials: [{ apiKey: upstream-secret }]
    models: [gpt-4o-mini, { name: fast, upstream: gpt-4o-mini }]
    groups: [default]
models:
  - { name: gpt-4o-mini, price: { input: 0.15, cacheRead: 0.075, output: 0.60 } }
  - { name: fast, price: { input: 0.15, cacheRead: 0.075, output: 0.60 } }
groups:
  - { name: default, multiplier: 1.25 }
`;

if (chromiumPath === undefined)
  console.warn('No Chromium (TOLLGATE_TEST_CHROMIUM or PATH): browser flows are skipped.');

describe.skipIf(chromiumPath === undefined)('the console in a browser', () => {
  let upstream: ReturnType<typeof Bun.serve>;
  let gateway: Gateway;
  let view: ConsolePage;
  let page: Page;
  let secret = '';

  const look = async (state: string): Promise<void> => {
    await view.look(state);
  };
  const ask = (model: string): Promise<Response> =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });
  const signIn = async (withPassword: string): Promise<void> => {
    await enter(page, { email, password: withPassword });
  };

  beforeAll(async () => {
    upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () =>
        Response.json({
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1_700_000_000,
          model: 'gpt-4o-mini',
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello to you.' }, finish_reason: 'stop' }],
          usage,
        }),
    });
    gateway = await startGateway({ config: configFor(`http://127.0.0.1:${upstream.port}/v1`) });
    view = await openConsolePage();
    page = view.page;
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    await upstream?.stop(true);
  });

  test('a stranger sees that the gateway is up, and that it needs its one-time link', async () => {
    await page.goto(gateway.url);
    await page.getByRole('heading', { name: 'Tollgate is up.' }).waitFor();
    await page.getByText('Healthy', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'One step left' }).waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
    await look('no-administrator');
  }, 60_000);

  test('a wrong link makes nobody root', async () => {
    await page.goto(`${gateway.url}/setup#token=nonsense`);
    await enter(page, { email, password }, 'Create account and sign in');
    await page.getByRole('alert').getByText('The account was not created').waitFor();
    await look('setup-refused');
  }, 60_000);

  test('the link makes root, once, and signs in', async () => {
    const link = gateway.setupUrl ?? '';
    expect(link).toContain('/setup#token=');
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('heading', { name: 'Create the root account' }).waitFor();
    await look('setup');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account and sign in' }).click();
    await page.getByText('Use 8 characters or more.').waitFor();
    await page.getByText('Enter an e-mail address, such as you@example.com.').waitFor();
    // Two fields are at fault: the summary has the focus, and each problem is told at its field.
    expect(await page.evaluate<string>('document.activeElement.textContent')).toContain('2 fields need another look');
    await look('setup-problems');
    await enter(page, { email, password }, 'Create account and sign in');
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    await page.getByRole('link', { name: 'Leave for later' }).click();
    await page.getByText('Requests, 24 h').waitFor();
    expect(page.url()).toBe(`${gateway.url}/home`);
    await look('first-home');
    await page.getByRole('link', { name: 'Requests' }).first().click();
    await page.getByText('No requests yet').waitFor();
    await look('no-requests');

    await page.goto(link);
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    expect(page.url()).toBe(`${gateway.url}/start`);
    await page.getByRole('link', { name: 'Leave for later' }).click();
  }, 90_000);

  test('a new key is shown once, with an example that works as it stands', async () => {
    expect((await gateway.run('credit', email, '5', '--note', 'e2e')).code).toBe(0);
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByText('No keys yet').waitFor();
    await look('no-keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    const create = page.getByRole('dialog').getByRole('button', { name: 'Create key' });
    await create.click();
    await page.getByText('Say what the key is for.').waitFor();
    await look('key-problems');
    await page.getByLabel('Name', { exact: true }).fill('Support bot');
    await page.getByLabel('Spending limit in USD').fill('2.50');
    await create.click();
    await page.getByRole('heading', { name: 'Support bot is ready' }).waitFor();
    secret = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(secret).toMatch(/^sk-\S{30,}$/);
    const example = page.getByRole('group', { name: 'curl: In a terminal' });
    await example.waitFor();
    expect(await example.textContent()).toContain(`curl ${gateway.url}/v1/chat/completions`);
    await page
      .locator('label')
      .filter({ hasText: /^JavaScript$/ })
      .click();
    const javascript = page.getByRole('group', { name: 'JavaScript: hello.mjs' });
    expect(await javascript.textContent()).toContain(`baseURL: "${gateway.url}/v1"`);
    expect(await javascript.textContent()).toContain(`apiKey: "${secret}"`);
    await look('new-key');

    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('$0.00 spent of $2.50').waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.reload();
    await page.getByText('Support bot', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await look('keys');
  }, 90_000);

  test('a request appears by itself, with a bill that anyone can recompute', async () => {
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByText('No requests yet').waitFor();
    const answer = await ask('fast');
    expect(answer.status).toBe(200);
    const row = page.getByRole('row').filter({ hasText: exactCharge });
    await row.waitFor();
    const cells = await row.getByRole('gridcell').allTextContents();
    expect(cells.slice(1, 8)).toEqual([
      '200 Completed',
      'fastserved as gpt-4o-mini',
      'main',
      email,
      '1,203',
      '257',
      exactCharge,
    ]);
    // The balance is told to the cent, and exactly on hover.
    await page.getByTitle('$4.999619281').waitFor();
    await look('requests');

    await row.click();
    const bill = page.getByRole('table', { name: 'Charge' });
    const lines = await bill
      .getByRole('row')
      .evaluateAll((rows) => rows.map((line) => [...line.children].map((cell) => cell.textContent)));
    expect(lines.slice(1)).toEqual([
      ['Input', '802', '$0.15 / 1M', '1.25', '$0.000150375'],
      ['Cache read', '401', '$0.075 / 1M', '1.25', '$0.00003759375'],
      ['Output', '257', '$0.60 / 1M', '1.25', '$0.00019275'],
      ['Charged, rounded once to a billionth of a dollar', exactCharge],
    ]);
    const timeline = page.getByRole('list', { name: 'Timeline' });
    expect(await timeline.textContent()).toContain('1. main #0 · Answered 200');
    const id = answer.headers.get('x-request-id') ?? 'no id';
    expect(page.url()).toEndWith(`peek=${id}`);
    await look('request-peek');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // The same by its id alone.
    await page.goto(`${gateway.url}/keys`);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find pages, actions and things' }).fill(id);
    await page.getByRole('option', { name: id }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'fast', exact: false }).waitFor();
    expect(page.url()).toBe(`${gateway.url}/requests/${id}`);
    expect(await page.getByRole('table', { name: 'Charge' }).textContent()).toContain(exactCharge);
    expect(await page.getByRole('table', { name: 'Routing' }).textContent()).toContain('served it');
    await look('request');
    await page.goto(`${gateway.url}/requests`);
  }, 90_000);

  test('a translated request says what was lost on the way', async () => {
    const completed = page.getByRole('row').filter({ hasText: exactCharge });
    await completed.waitFor();
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        max_tokens: 400,
        top_k: 5,
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }] },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: 'no' }] },
        ],
      }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tollgate-conversion-loss')).toContain('sampling.topK;dropped');
    // It comes by itself.
    await completed.nth(1).waitFor();
    await completed.first().click();
    await page.getByText('Anthropic Messages to OpenAI Chat').waitFor();
    await page.getByText('sampling.topK').waitFor();
    await page.getByText('Approximated', { exact: true }).waitFor();
    await look('translated');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }, 90_000);

  test('the log is narrowed by what is written, pressed and drawn, and the address says it', async () => {
    expect((await ask('no-such-model')).status).toBe(404);
    await page.getByText('Failed', { exact: true }).click();
    await page.getByText('Refused').waitFor();
    await page.getByText(exactCharge).first().waitFor({ state: 'detached' });
    expect(page.url()).toEndWith('failed=true');
    await page.getByText('All', { exact: true }).click();
    const filters = page.getByRole('combobox', { name: 'Filter the requests' });
    await filters.fill('model:');
    await page.getByRole('option', { name: 'model:fast' }).waitFor();
    await look('filters');
    await filters.fill('404');
    await filters.press('Enter');
    await page.getByText('not charged').waitFor();
    await page.getByText(exactCharge).first().waitFor({ state: 'detached' });
    expect(page.url()).toEndWith('status=404');
    await filters.fill('status:4');
    await filters.press('Enter');
    await page.getByText('“status:4” is no filter.').waitFor();
    await filters.fill('nothing-like-it');
    await filters.press('Enter');
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText(exactCharge).first().waitFor();
    expect(page.url()).toEndWith('/requests');

    const chart = page.getByRole('img', { name: /^\d+ requests/ });
    const box = await chart.boundingBox();
    if (box === null) throw new Error('there is no chart');
    // Everything happened just now.
    await page.mouse.move(box.x + box.width - 30, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 20);
    await page.mouse.up();
    await page.waitForURL(/range=\d{4}-\d\d-\d\dT/);
    await page.getByText(exactCharge).first().waitFor();
    expect(await page.getByText('Live', { exact: true }).count()).toBe(0);
    await page.goBack();
    await page.getByText('Live', { exact: true }).waitFor();
  }, 120_000);

  test('whoever reads further down is not disturbed by what is new', async () => {
    for (let i = 0; i < 40; i++) expect((await ask('gpt-4o-mini')).status).toBe(200);
    const grid = page.getByRole('grid', { name: 'Requests, newest first' });
    const rows = grid.getByRole('row').filter({ hasText: exactCharge });
    await rows.nth(20).waitFor();
    await grid.evaluate((element) => element.scrollTo({ top: 200 }));
    await page.getByText('Paused', { exact: true }).waitFor();
    expect((await ask('fast')).status).toBe(200);
    const newOnes = page.getByRole('button', { name: '1 new' });
    await newOnes.waitFor();
    await newOnes.click();
    await page.getByText('Live', { exact: true }).waitFor();
    await rows.first().getByText('served as').waitFor();
  }, 120_000);

  test('what the log shows is made into a file', async () => {
    await page.goto(`${gateway.url}/requests?model=fast`);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'CSV for spreadsheets' }).click();
    const link = page.getByRole('link', { name: /^Download CSV/ });
    await link.waitFor();
    await look('export');
    const lines = await page.evaluate<string>(
      `fetch(document.querySelector('a[download]').href).then((response) => response.text())`,
    );
    expect(lines.split('\r\n')[0]).toStartWith('id,time,user_id,user,key_id,key');
    expect(lines).toContain('Support bot');
    await page.keyboard.press('Escape');
  }, 60_000);

  test('usage is told apart, kept as a view, and leads to its requests', async () => {
    await page.goto(`${gateway.url}/usage?by=key&range=24h`);
    const table = page.getByRole('grid', { name: 'Cost by Key' });
    await table.getByText('Support bot').waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByText('No views yet.').waitFor();
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByLabel('Name of the view').fill('Keys of a day');
    await look('name-view');
    await page.keyboard.press('Enter');
    await page.goto(`${gateway.url}/usage`);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Keys of a day', exact: true }).click();
    await page.waitForURL(/usage\?(?=.*by=key)(?=.*range=24h)/);
    await table.getByText('Support bot').click();
    // The very hours that were summed up, not those up to now.
    await page.waitForURL(/\/requests\?(?=.*key=key_)(?=.*range=\d{4}-\d\d-\d\dT)/);
    await page.getByText('key:Support bot').waitFor();
    await page.getByText(exactCharge).first().waitFor();
  }, 60_000);

  test('the theme stays as chosen, and every page is one of the console', async () => {
    // One row is enough here: axe takes seconds for a full page of them.
    await page.goto(`${gateway.url}/requests?failed=true`);
    await page.getByText('Refused').waitFor();
    await page.getByRole('button', { name: /^Account of/ }).click();
    await look('account');
    await page.getByRole('dialog').getByTitle('Dark').click();
    await page.reload();
    await page.getByRole('heading', { name: 'Requests' }).waitFor();
    const background = 'getComputedStyle(document.documentElement).colorScheme';
    expect(await page.evaluate<string>(background)).toBe('dark');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('dialog').getByTitle('System').click();
    expect(await page.evaluate<string>(background)).toBe('light dark');
    await page.keyboard.press('Escape');
    await page.goto(`${gateway.url}/nowhere`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await look('nowhere');
  }, 60_000);

  test('a disabled key stops working, and can be enabled again', async () => {
    await page.goto(`${gateway.url}/keys`);
    // The page says so before the gateway has: it is asked when it has answered.
    const answered = async () => await page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.getByRole('button', { name: 'Actions for Support bot' }).click();
    await Promise.all([answered(), page.getByRole('menuitem', { name: 'Disable' }).click()]);
    await page.getByText('Disabled', { exact: true }).waitFor();
    expect((await ask('fast')).status).toBe(401);
    await look('disabled-key');
    await page.getByRole('button', { name: 'Actions for Support bot' }).click();
    await Promise.all([answered(), page.getByRole('menuitem', { name: 'Enable' }).click()]);
    await page.getByText('Active', { exact: true }).waitFor();
    expect((await ask('fast')).status).toBe(200);
  }, 60_000);

  test('a key’s page tells what holds for it, and gives it another text while the old one works on', async () => {
    await page.getByText('Support bot', { exact: true }).click();
    await page.getByRole('heading', { name: 'Support bot' }).waitFor();
    await page.getByText('2 models', { exact: false }).first().waitFor();
    await page.getByText('× 1.25').waitFor();
    await look('key');
    await page.getByRole('tab', { name: 'Limits and access' }).click();
    await page.getByRole('textbox', { name: 'Requests at once' }).fill('9');
    await page.keyboard.press('Tab');
    await look('key-limits');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The key was saved').waitFor();
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByText('of this key alone').waitFor();

    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const former = secret;
    secret = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(secret).not.toBe(former);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect((await ask('fast')).status).toBe(200);
    const fresh = secret;
    secret = former;
    expect((await ask('fast')).status).toBe(200);
    await page.getByText('The former text works until').waitFor();
    await look('key-rotated');
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByText('The former text works until').waitFor({ state: 'detached' });
    expect((await ask('fast')).status).toBe(401);
    secret = fresh;
  }, 90_000);

  test('without a mouse: search, go to a page, its action, the keys themselves, and none of it while typing', async () => {
    await page.goto(`${gateway.url}/requests?failed=true`);
    await page.getByText('no-such-model').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find pages, actions and things' }).waitFor();
    await page.keyboard.type('support');
    await page.getByRole('option', { name: /^Support bot/ }).waitFor();
    await look('palette');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Support bot' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await look('keyboard');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByRole('heading', { name: 'Requests' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gk?');
    expect(await page.getByRole('combobox', { name: 'Filter the requests' }).inputValue()).toBe('gk?');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('create key');
    await page.getByText('Nothing found').waitFor();
    await page.keyboard.press('Escape');
    expect(page.url()).toEndWith('/requests');
  }, 60_000);

  // Their errors come as the gateway's own would; the browser reports each, which is no error of the page. The error is seen
  // first, and then what is there once it works again: a page is loaded once, which takes the browser longer than a look.
  test.each(pages)(
    'the page at $path, and how it says that it cannot be shown',
    async ({ path: at, shows, fails = [], failure }) => {
      const name = at.replaceAll(/\W+/g, '-');
      // The kit keeps what can be chosen in fields that nobody sees.
      const seen = () =>
        page.locator('main, [role=dialog]').getByText(shows).filter({ visible: true }).first().waitFor();
      if (failure === undefined) {
        // Within the console, as its links go.
        await page.evaluate((to) => window.history.pushState(null, '', to), `${gateway.url}${at}`);
        await seen();
      } else {
        const refuse = {
          status: 503,
          json: { error: { code: 'overloaded', message: 'Too much to do.', requestId: 'req_1', param: null } },
        };
        for (const asked of fails) await page.route(`**${asked}*`, (route) => route.fulfill(refuse));
        await page.goto(`${gateway.url}${at}`);
        await page.getByRole('alert').getByText(failure).waitFor();
        await look(`page${name}-error`);
        await page.unrouteAll();
        // What asks again by itself may be there before anybody presses.
        const again = page.getByRole('button', { name: 'Try again' });
        await again.or(page.getByText(shows)).first().waitFor();
        if (await again.isVisible()) await again.click({ timeout: 5000 }).catch(() => undefined);
        await seen();
        await page.getByRole('alert').getByText(failure).waitFor({ state: 'detached' });
      }
      await look(`page${name}`);
    },
    // The settings alone are some hundred fields, looked at eight times.
    120_000,
  );

  test('signing out leaves nothing behind; a wrong password does not sign in, the right one does', async () => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.content()).not.toContain('Support bot');
    expect(await page.getByText('Create an account').count()).toBe(0);
    await look('sign-in');
    await signIn('not the password');
    await page.getByRole('alert').getByText('Could not sign in').waitFor();
    await look('sign-in-refused');
    await signIn(password);
    await page.getByRole('heading', { name: 'Requests' }).waitFor();
  }, 90_000);

  test('signing out everywhere ends the other sessions too', async () => {
    const elsewhere = await fetch(`${gateway.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    const cookie = elsewhere.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const me = (): Promise<Response> => fetch(`${gateway.url}/api/v1/me`, { headers: { cookie } });
    expect((await me()).status).toBe(200);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    // At once, not at the next refresh.
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 5000 });
    expect((await me()).status).toBe(401);
  }, 60_000);

  test('where registration is open strangers may join, and see neither channels nor what is others’', async () => {
    await signIn(password);
    await page.getByRole('heading', { name: 'Requests' }).waitFor();
    const opened = await page.evaluate<number>(
      `fetch('/api/v1/settings/accounts.registrationOpen', {
        method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"value":true}',
      }).then((response) => response.status)`,
    );
    expect(opened).toBe(200);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.reload();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('E-mail').fill('stranger@example.com');
    await page.getByLabel('Password').fill('another long password');
    await look('registration');
    await page.getByRole('button', { name: 'Create account', exact: true }).click();
    await page.getByText('Nothing failed').waitFor();
    await look('home-of-a-stranger');
    await page.getByRole('link', { name: 'Requests' }).first().click();
    await page.getByText('No requests yet').waitFor();
    expect(await page.getByRole('group', { name: 'Whose' }).count()).toBe(0);

    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByText('Strict conversion', { exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Mine is ready' }).waitFor();
    secret = (await page.locator('[data-secret]').textContent()) ?? '';
    expect((await gateway.run('credit', 'stranger@example.com', '1', '--note', 'e2e')).code).toBe(0);
    expect((await ask('fast')).status).toBe(200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('Strict conversion').waitFor();
    await look('own-keys');
    await page.getByRole('link', { name: 'Requests' }).click();
    const row = page.getByRole('row').filter({ hasText: exactCharge });
    await row.waitFor();
    expect((await row.getByRole('gridcell').allTextContents())[2]).toBe('fast');
    await row.click();
    await page.getByText('1 upstream call.').waitFor();
    await look('own-requests');
  }, 90_000);

  test('nothing went wrong in the page, and no policy was broken', () => {
    expect(view.wrong).toEqual([]);
  });
});
