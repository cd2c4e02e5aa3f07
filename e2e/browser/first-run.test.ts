import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { type Gateway, startGateway } from '../gateway.ts';
import { chromiumPath } from './chromium.ts';
import { enter, enterByLink, openConsolePage, type ConsolePage } from './console-page.ts';

/** From an empty database to the page of the first request, as whoever runs it for the first time goes. */

const email = 'root@example.com';
const password = 'correct horse battery';
/** What the provider takes; anything else is refused as it refuses. */
const account = 'sk-upstream-account';

describe.skipIf(chromiumPath === undefined)('first run', () => {
  let upstream: ReturnType<typeof Bun.serve>;
  let gateway: Gateway;
  let view: ConsolePage;
  let page: Page;

  const look = async (state: string): Promise<void> => {
    await view.look(`first-run-${state}`);
  };
  const press = (name: string | RegExp): Promise<void> => view.press(name);

  beforeAll(async () => {
    upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) => {
        if (request.headers.get('authorization') !== `Bearer ${account}`)
          return Response.json(
            {
              error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
            },
            { status: 401 },
          );
        if (new URL(request.url).pathname.endsWith('/models'))
          return Response.json({
            object: 'list',
            data: ['gpt-4o', 'gpt-4o-mini', 'house-model'].map((id) => ({ id, object: 'model', owned_by: 'x' })),
          });
        return Response.json({
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1_700_000_000,
          model: 'gpt-4o-mini',
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello to you.' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
        });
      },
    });
    gateway = await startGateway({});
    view = await openConsolePage();
    page = view.page;
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    await upstream?.stop(true);
  });

  test('the one-time link makes root and leads to the first steps', async () => {
    await enterByLink(page, gateway.setupUrl, { email, password });
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    expect(page.url()).toBe(`${gateway.url}/start`);
  }, 60_000);

  test('what it stands on is checked, and its address set', async () => {
    await page.getByRole('heading', { name: 'What it stands on' }).waitFor();
    await page.getByText(/SQLite answers in \d+ ms/).waitFor();
    await page.getByText('Not set yet.').waitFor();
    await look('checks');
    expect(await page.getByLabel('Address that users reach the gateway by').inputValue()).toBe(gateway.url);
    await press('Save');
    await page.getByText(`${gateway.url} leads here.`).waitFor();
    await press('Continue');
  }, 60_000);

  test('for whom it is says what follows, and does it', async () => {
    await page.getByRole('heading', { name: 'Who is it for?' }).waitFor();
    await page.getByText('Myself').click();
    await page.getByText('$1,000 are put into your wallet').waitFor();
    await look('mode');
    await press('Continue');
    await page.getByRole('heading', { name: 'Who answers?' }).waitFor();
  }, 60_000);

  test('a provider whose account is refused can be corrected, and is tested', async () => {
    await page.getByRole('combobox', { name: 'Provider' }).fill('OpenAI-comp');
    await page.getByRole('option', { name: 'OpenAI-compatible', exact: true }).click();
    await page.getByLabel('API key', { exact: true }).fill('sk-mistyped');
    await press('Connect');
    await page.getByText('This is needed.').waitFor();
    expect(await page.evaluate('document.activeElement.type')).toBe('url');
    await page.getByLabel('Base URL').fill(`http://127.0.0.1:${upstream.port}/v1`);
    await look('provider');
    await press('Connect');
    await page.getByText('The provider refuses this account').waitFor();
    await look('provider-refused');
    // It goes on where it was left.
    await page.goto(`${gateway.url}/start`);
    await page.getByText('The provider refuses this account').waitFor();
    await press('Change the account');
    await page.getByLabel('API key', { exact: true }).fill(account);
    await press('Connect');
    await page.getByText('gpt-4o-mini', { exact: true }).waitFor();
    expect(await page.getByLabel('house-model').isChecked()).toBe(false);
    await page.getByText('house-model', { exact: true }).click();
    await page.getByText('Serve the one without a price for nothing').waitFor();
    await look('models');
    await press('Serve 3 models and test');
    await page.getByText(/gpt-4o-mini answered in/).waitFor();
    await look('connected');
    await press('Continue');
  }, 60_000);

  test('the first key’s first request is waited for, and landed on', async () => {
    await press('Create key');
    await page.getByText('Waiting for your first request').waitFor();
    const secret = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(secret).toMatch(/^sk-\S{30,}$/);
    await page.getByText('Claude Code').first().click();
    const example = page.getByRole('group', { name: 'Claude Code: ~/.claude/settings.json' });
    expect(await example.textContent()).toContain(`"ANTHROPIC_BASE_URL": "${gateway.url}"`);
    await look('key');
    // Sent as an application would.
    const sent = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'house-model', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(sent.status).toBe(200);
    await page.waitForURL(`**/requests/${sent.headers.get('x-request-id')}`);
  }, 60_000);

  test('whoever comes back finds it done', async () => {
    await page.goto(`${gateway.url}/start`);
    await page.getByRole('heading', { name: 'Your first key' }).waitFor();
    await page.getByRole('button', { name: 'First request Done' }).waitFor();
    await page.getByRole('link', { name: 'Go to the console' }).click();
    await page.waitForURL('**/home');
    // Run for oneself: what is for others is not in the way.
    await page.getByRole('link', { name: 'Channels', exact: true }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Users', exact: true }).count()).toBe(0);
  }, 60_000);

  test('one’s account: the name, an access token that is shown once, and sessions that can be ended', async () => {
    const elsewhere = await fetch(`${gateway.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.0' },
      body: JSON.stringify({ email, password }),
    });
    expect(elsewhere.status).toBe(201);
    await page.goto(`${gateway.url}/home`);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('link', { name: 'Account settings' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Root of it');
    await press('Save');
    await page.getByText('Your name is changed').waitFor();
    await press('Create token');
    await page.getByLabel('What it is for').fill('Deploy');
    await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click();
    const token = (await page.locator('[data-secret]').textContent()) ?? '';
    const asked = await fetch(`${gateway.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(asked.status).toBe(200);
    await press('I have copied it');
    await page.getByText('curl', { exact: true }).waitFor();
    await look('account');
    await press('End');
    await page.getByText('curl', { exact: true }).waitFor({ state: 'detached' });
    await press('Revoke');
    await page.getByText('No access tokens').waitFor();
  }, 90_000);

  test('whoever forgot the password is told the way, and a one-time link sets a new one', async () => {
    const made = await page.evaluate<{ readonly id: string }>(
      `fetch('/api/v1/users', {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: '{"email":"ann@example.com","password":"forgotten password"}',
      }).then((response) => response.json())`,
    );
    await page.goto(`${gateway.url}/users/${made.id}`);
    await press('Reset link');
    const link = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(link).toStartWith(`${gateway.url}/reset#token=`);
    await look('reset-link');
    await press('I have copied it');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await press('Sign out');
    await page.getByText('Accounts are made by an administrator here.').waitFor();
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByText('bin/tollgate reset-password').waitFor();
    await look('forgot');
    await page.goto(`${gateway.url}/sign-up`);
    await page.getByRole('heading', { name: 'Registration is closed' }).waitFor();
    await look('sign-up-closed');
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByLabel('New password').fill('a new long password');
    await look('reset');
    await press('Set password');
    await page.getByText('Your password is set').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await enter(page, { email: 'ann@example.com', password: 'a new long password' });
    await page.getByText('Balance').first().waitFor();
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByLabel('New password').fill('yet another password');
    await press('Set password');
    await page.getByText('The password was not set').waitFor();
    expect(view.wrong).toEqual([]);
  }, 90_000);
});
