import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { models } from './provider.ts';

/** Who may do what in the gateway of `npm run dev`. It listens on 127.0.0.1 alone, so the password is no secret. */
export type Account = { readonly email: string; readonly password: string; readonly key: string };

const administrator = { email: 'dev@example.com', password: 'tollgate-dev' } as const;

/** Runs a command of Tollgate's command line and resolves to what it printed; rejects when it fails. */
export type Command = (...args: readonly string[]) => Promise<string>;

const config = `# Made by \`npm run dev\`, which applies it at each start. Edit it as you like; it is not made again.
channels:
  - name: local
    provider: custom
    baseUrl: \${DEV_PROVIDER_URL}
    credentials: [{ apiKey: any }]
    models: [${models.join(', ')}]
    groups: [default]
models:
${models.map((name, index) => `  - { name: ${name}, price: { input: ${index + 1}, output: ${(index + 1) * 4} } }`).join('\n')}
groups:
  - { name: default, multiplier: 1 }
`;

/**
 * Fills the folder of `npm run dev`: an administrator with money and a key, and a channel. A folder that was filled
 * before keeps its account; of one that was left half-filled, the data goes.
 */
export async function seed(folder: string, command: Command): Promise<{ account: Account; fresh: boolean }> {
  const file = path.join(folder, 'tollgate.yaml');
  const known = await readAccount(folder);
  if (known === undefined) await rm(path.join(folder, 'data'), { recursive: true, force: true });
  await mkdir(path.join(folder, 'data'), { recursive: true });
  await writeFile(file, config, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { email, password } = administrator;
  if (known === undefined) await command('setup', '--email', email, '--password', password, '--name', 'Dev');
  await command('apply', file);
  if (known !== undefined) return { account: known, fresh: false };
  await command('credit', email, '100', '--note', 'To play with');
  const key = await command('keys', 'create', '--user', email, '--name', 'dev');
  return { account: { email, password, key }, fresh: true };
}

const accountFile = (folder: string): string => path.join(folder, 'account.json');

/** Undefined when the folder was not filled, or not to the end. */
async function readAccount(folder: string): Promise<Account | undefined> {
  try {
    return JSON.parse(await readFile(accountFile(folder), 'utf8')) as Account;
  } catch {
    return undefined;
  }
}

/** The last thing that is written: with it the folder is filled. */
export const rememberAccount = (folder: string, account: Account): Promise<void> =>
  writeFile(accountFile(folder), `${JSON.stringify(account, undefined, 2)}\n`, { mode: 0o600 });

/** Sends some requests of every sort, so that the log has something to show. None needs to succeed. */
export async function sendRequests(gatewayUrl: string, key: string): Promise<void> {
  const send = async (place: string, body: object): Promise<void> => {
    const response = await fetch(`${gatewayUrl}${place}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
      },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
  };
  const ask = (model: string, content: string) => ({ model, messages: [{ role: 'user', content }] });
  await Promise.all([
    send('/v1/chat/completions', ask('dev-small', 'Hello')),
    send('/v1/chat/completions', { ...ask('dev-small', 'What is a gateway?'), stream: true }),
    send('/v1/chat/completions', ask('dev-large', 'Tell me about tollgates. '.repeat(200))),
    send('/v1/chat/completions', { ...ask('dev-large', 'Write a poem'), stream: true }),
    send('/v1/messages', { ...ask('dev-small', 'Hello from Anthropic’s protocol'), max_tokens: 100 }),
    send('/v1/messages', { ...ask('dev-large', 'Hello in pieces'), max_tokens: 100, stream: true }),
    send('/v1/responses', { model: 'dev-small', input: 'Hello from the Responses protocol' }),
    send('/v1beta/models/dev-small:generateContent', { contents: [{ parts: [{ text: 'Hello from Gemini’s' }] }] }),
    send('/v1/chat/completions', ask('dev-broken', 'This cannot go well')),
    send('/v1/chat/completions', ask('no-such-model', 'Nor can this')),
  ]);
}
