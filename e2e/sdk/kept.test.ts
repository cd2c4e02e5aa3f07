import Anthropic, { toFile as toMessageFile } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI, { toFile } from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';
import { startKeeper, type Keeper } from './upstreams/keeper.ts';

setDefaultTimeout(60_000);

/** All that the official SDKs ask of what accounts keep, an account behind that remembers it, the real gateway process between. */

const watched = watchEndpoints();
let keeper: Keeper;
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let anthropic: Anthropic;
/** A colleague's, of the same group. */
let stranger: { readonly openai: OpenAI; readonly anthropic: Anthropic };

const config = (): string => `
channels:
  - { name: openai, provider: openai, baseUrl: "${keeper.url}/openai/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-5] }
  - { name: anthropic, provider: anthropic, baseUrl: "${keeper.url}/anthropic", credentials: [{ apiKey: sk-upstream }], models: [claude-haiku-4-5] }
models:
  - { name: gpt-5, price: { input: 1, output: 2 } }
  - { name: claude-haiku-4-5, price: { input: 1, output: 5 } }
groups:
  - { name: default, multiplier: 1, openEndpoints: [conversations, containers, vector-stores, skills, agents, environments, vaults, characters] }
`;

const clients = (apiKey: string) => ({
  openai: new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 }),
  anthropic: new Anthropic({ apiKey, baseURL: gateway.url, maxRetries: 0 }),
});

beforeAll(async () => {
  keeper = startKeeper();
  gateway = await startGateway({ config: config(), commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('1');
  ({ openai, anthropic } = clients((await admin.createKey('keeper')).key));
  const other = { email: 'other@example.com', password: 'another long password' };
  const { body } = await admin.call<{ id: string }>('POST', '/users', other);
  await admin.call('POST', `/users/${body.id}/credits`, { amountUsd: '1' });
  const made = await gateway.run('keys', 'create', '--user', other.email, '--name', 'stranger');
  stranger = clients(made.out.trim());
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await keeper?.stop();
});

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => error,
  );
const isGone = async (work: Promise<unknown>): Promise<void> => {
  const error = await errorOf(work);
  expect(error instanceof OpenAI.NotFoundError || error instanceof Anthropic.NotFoundError).toBe(true);
  expect(error).toMatchObject({ status: 404 });
};
const idsOf = async (pages: AsyncIterable<{ readonly id?: string | undefined }>): Promise<readonly unknown[]> =>
  (await Array.fromAsync(pages)).map(({ id }) => id);
const text = (name: string): Promise<File> => toFile(Buffer.from('abc'), name, { type: 'text/plain' });

describe('openai', () => {
  test('conversations and their items', async () => {
    const { conversations } = openai;
    const made = await conversations.create({ metadata: { topic: 'x' } });
    expect(await conversations.update(made.id, { metadata: { topic: 'y' } })).toMatchObject({
      metadata: { topic: 'y' },
    });
    expect(await conversations.retrieve(made.id)).toMatchObject({ id: made.id, metadata: { topic: 'y' } });
    const items = await conversations.items.create(made.id, {
      items: [{ type: 'message', role: 'user', content: 'Hi' }],
    });
    const item = items.data[0]?.id ?? '';
    expect(await idsOf(conversations.items.list(made.id))).toEqual([item]);
    expect(await conversations.items.retrieve(item, { conversation_id: made.id })).toMatchObject({ role: 'user' });
    await conversations.items.delete(item, { conversation_id: made.id });
    expect(await idsOf(conversations.items.list(made.id))).toEqual([]);
    expect(await conversations.delete(made.id)).toMatchObject({ deleted: true });
    await isGone(conversations.retrieve(made.id));
  });

  test('containers and their files', async () => {
    const { containers } = openai;
    const made = await containers.create({ name: 'x', memory_limit: '1g' });
    const file = await containers.files.create(made.id, { file: await text('a.txt') });
    expect(await idsOf(containers.files.list(made.id))).toEqual([file.id]);
    expect(await containers.files.retrieve(file.id, { container_id: made.id })).toMatchObject({ id: file.id });
    const content = await containers.files.content.retrieve(file.id, { container_id: made.id });
    expect(await content.text()).toBe(`what is in ${file.id}`);
    await containers.files.delete(file.id, { container_id: made.id });
    expect(await idsOf(containers.files.list(made.id))).toEqual([]);
    expect(await idsOf(containers.list())).toEqual([made.id]);
    expect(await containers.retrieve(made.id)).toMatchObject({ name: 'x' });
    await containers.delete(made.id);
    await isGone(containers.retrieve(made.id));
  });

  test('vector stores, their files, and batches of files', async () => {
    const { vectorStores } = openai;
    const [one, two] = [
      await openai.files.create({ purpose: 'user_data', file: await text('one.txt') }),
      await openai.files.create({ purpose: 'user_data', file: await text('two.txt') }),
    ];
    const made = await vectorStores.create({ name: 'x', file_ids: [one.id] });
    expect(await vectorStores.update(made.id, { name: 'y' })).toMatchObject({ name: 'y' });
    const added = await vectorStores.files.createAndPoll(made.id, { file_id: two.id });
    expect(added).toMatchObject({ status: 'completed' });
    expect(await vectorStores.files.update(added.id, { vector_store_id: made.id, attributes: { a: 1 } })).toMatchObject(
      {
        attributes: { a: 1 },
      },
    );
    expect(await idsOf(vectorStores.files.list(made.id))).toEqual([added.id]);
    expect(await vectorStores.files.delete(added.id, { vector_store_id: made.id })).toMatchObject({ deleted: true });
    const batch = await vectorStores.fileBatches.create(made.id, { file_ids: [one.id, two.id] });
    expect(await vectorStores.fileBatches.cancel(batch.id, { vector_store_id: made.id })).toMatchObject({
      status: 'cancelled',
    });
    expect(await idsOf(vectorStores.fileBatches.listFiles(batch.id, { vector_store_id: made.id }))).toEqual([]);
    const found = await Array.fromAsync(vectorStores.search(made.id, { query: 'x' }));
    expect(found).toMatchObject([{ score: 0.9 }]);
    expect(await idsOf(vectorStores.list())).toEqual([made.id]);
    expect(await vectorStores.retrieve(made.id)).toMatchObject({ name: 'y' });
    expect(await vectorStores.delete(made.id)).toMatchObject({ deleted: true });
    await isGone(vectorStores.retrieve(made.id));
    // Of a colleague's files, none gets into a store of one's own.
    const refused = await errorOf(stranger.openai.vectorStores.create({ file_ids: [one.id] }));
    expect(refused).toBeInstanceOf(OpenAI.APIError);
    expect(refused).toMatchObject({ status: 400 });
  });

  test('skills, their versions and what is in them', async () => {
    const { skills } = openai;
    const made = await skills.create({ files: [await text('x/SKILL.md')] });
    const version = await skills.versions.create(made.id, { files: [await text('x/SKILL.md')] });
    expect(await idsOf(skills.versions.list(made.id))).toEqual([version.id]);
    expect(await skills.update(made.id, { default_version: '2' })).toMatchObject({ default_version: '2' });
    expect(await (await skills.content.retrieve(made.id)).text()).toBe(`what is in ${made.id}`);
    expect(await idsOf(skills.list())).toEqual([made.id]);
    expect(await skills.retrieve(made.id)).toMatchObject({ id: made.id });
    expect(await skills.delete(made.id)).toMatchObject({ deleted: true });
    await isGone(skills.retrieve(made.id));
  });

  test('agents, their environments and vaults', async () => {
    const { agents } = openai.beta;
    const vault = await agents.vaults.create({ name: 'x' });
    const auth = { type: 'static_bearer' as const, token: 'secret', mcp_server_url: 'https://mcp.test' };
    const credential = await agents.vaults.credentials.create(vault.id, { name: 'c', auth });
    expect(await idsOf(agents.vaults.credentials.list(vault.id))).toEqual([credential.id]);
    await agents.vaults.credentials.delete(credential.id, { vault_id: vault.id });
    expect(await agents.vaults.update(vault.id, { name: 'y' })).toMatchObject({ name: 'y' });
    expect(await idsOf(agents.vaults.list())).toEqual([vault.id]);

    const environment = await agents.environments.create({
      environment: { type: 'openai_hosted' },
      vault_ids: [vault.id],
    });
    const file = await agents.environments.files.create(environment.id, { type: 'inline', data: 'YWJj', path: '/a' });
    expect(await Array.fromAsync(agents.environments.files.list(environment.id))).toMatchObject([{ path: file.path }]);
    expect(await idsOf(agents.environments.list())).toEqual([environment.id]);
    expect(await agents.environments.retrieve(environment.id)).toMatchObject({ id: environment.id });

    const agent = await agents.create({ model: 'gpt-5', instructions: 'Be brief.' });
    expect(await agents.update(agent.id, { instructions: 'Be long.' })).toMatchObject({ instructions: 'Be long.' });
    expect(await idsOf(agents.list())).toEqual([agent.id]);
    await isGone(stranger.openai.beta.agents.retrieve(agent.id));
    await isGone(stranger.openai.beta.agents.vaults.retrieve(vault.id));
    expect(await agents.delete(agent.id)).toMatchObject({ deleted: true });
    await isGone(agents.retrieve(agent.id));
    expect(await agents.vaults.delete(vault.id)).toMatchObject({ deleted: true });
    await isGone(agents.vaults.retrieve(vault.id));
  });

  test('characters, of whom videos are made', async () => {
    const { videos } = openai;
    const made = await videos.createCharacter({ name: 'Ada', video: await toFile(Buffer.from('film'), 'a.mp4') });
    const id = made.id ?? '';
    expect(await videos.getCharacter(id)).toMatchObject({ id, name: 'Ada' });
    await isGone(stranger.openai.videos.getCharacter(id));
  });

  test('an upload that is cancelled, and one that is completed', async () => {
    const about = { bytes: 3, filename: 'a.bin', mime_type: 'x/y', purpose: 'user_data' } as const;
    const one = await openai.uploads.create(about);
    expect(await openai.uploads.cancel(one.id)).toMatchObject({ status: 'cancelled' });
    const two = await openai.uploads.create(about);
    const part = await openai.uploads.parts.create(two.id, { data: await text('part') });
    const done = await openai.uploads.complete(two.id, { part_ids: [part.id] });
    expect(await openai.files.retrieve(done.file?.id ?? '')).toMatchObject({ filename: 'whole.bin' });
  });
});

describe('anthropic', () => {
  const files = async (): Promise<File[]> => [await toMessageFile(Buffer.from('# x'), 'x/SKILL.md')];

  test('skills and their versions', async () => {
    const { skills } = anthropic;
    const made = await skills.create({ display_name: 'x', files: await files() });
    const version = await skills.versions.create(made.id, { files: await files() });
    expect(await idsOf(skills.versions.list(made.id))).toEqual([version.id]);
    await skills.versions.delete(version.id, { skill_id: made.id });
    expect(await idsOf(skills.list())).toEqual([made.id]);
    expect(await skills.retrieve(made.id)).toMatchObject({ id: made.id });
    await isGone(stranger.anthropic.skills.retrieve(made.id));
    await skills.delete(made.id);
    await isGone(skills.retrieve(made.id));
  });

  test('agents and their versions', async () => {
    const { agents } = anthropic.beta;
    const made = await agents.create({ name: 'x', model: 'claude-haiku-4-5' });
    expect(await agents.update(made.id, { version: 1, name: 'y' })).toMatchObject({ name: 'y' });
    expect(await idsOf(agents.versions.list(made.id))).toEqual([]);
    expect(await idsOf(agents.list())).toEqual([made.id]);
    expect(await agents.retrieve(made.id)).toMatchObject({ id: made.id });
    await isGone(stranger.anthropic.beta.agents.retrieve(made.id));
    expect(await agents.archive(made.id)).toMatchObject({ archived_at: 'now' });
  });

  test('environments', async () => {
    const { environments } = anthropic.beta;
    const made = await environments.create({ name: 'x', config: { type: 'cloud' } });
    expect(await environments.update(made.id, { description: 'y' })).toMatchObject({ description: 'y' });
    expect(await idsOf(environments.list())).toEqual([made.id]);
    expect(await environments.retrieve(made.id)).toMatchObject({ name: 'x' });
    await isGone(stranger.anthropic.beta.environments.archive(made.id));
    expect(await environments.archive(made.id)).toMatchObject({ archived_at: 'now' });
    await environments.delete(made.id);
    await isGone(environments.retrieve(made.id));
  });

  test('vaults and their credentials', async () => {
    const { vaults } = anthropic.beta;
    const made = await vaults.create({ display_name: 'x' });
    const auth = { type: 'static_bearer' as const, token: 'secret', mcp_server_url: 'https://mcp.test' };
    const credential = await vaults.credentials.create(made.id, { auth });
    expect(await idsOf(vaults.credentials.list(made.id))).toEqual([credential.id]);
    await vaults.credentials.archive(credential.id, { vault_id: made.id });
    await vaults.credentials.delete(credential.id, { vault_id: made.id });
    expect(await vaults.update(made.id, { display_name: 'y' })).toMatchObject({ display_name: 'y' });
    expect(await idsOf(vaults.list())).toEqual([made.id]);
    await isGone(stranger.anthropic.beta.vaults.delete(made.id));
    expect(await vaults.archive(made.id)).toMatchObject({ archived_at: 'now' });
    await vaults.delete(made.id);
    await isGone(vaults.retrieve(made.id));
  });
});

/** One that is refused of each kind of question: by its vendor, whose words pass, or by the gateway in the vendor's words. */
type Wrong = readonly [name: string, status: number, ask: () => Promise<unknown>];

const none = 'nobodys';
const wrongOfOpenai: readonly Wrong[] = [
  ['conversations', 400, () => openai.conversations.create({ items: [{ type: 'item_reference', id: none }] })],
  ['an item of none', 404, () => openai.conversations.items.create(none, { items: [] })],
  ['what conversation?', 404, () => openai.conversations.delete(none)],
  ['containers', 400, () => openai.containers.create({ name: 'bad' })],
  ['a container of somebody’s file', 400, () => openai.containers.create({ name: 'x', file_ids: [none] })],
  ['a list of containers', 400, () => openai.containers.list({ limit: 1000 }).asResponse()],
  ['a file of no container', 404, () => openai.containers.files.retrieve('f', { container_id: none })],
  ['into no container', 404, () => openai.containers.files.create(none, {})],
  ['what container?', 404, () => openai.containers.delete(none)],
  ['vector stores', 400, () => openai.vectorStores.create({ name: 'bad' })],
  ['a list of vector stores', 400, () => openai.vectorStores.list({ limit: 0 }).asResponse()],
  ['what store?', 404, () => openai.vectorStores.retrieve(none)],
  ['searching none', 404, () => openai.vectorStores.search(none, { query: 'x' }).asResponse()],
  ['deleting none', 404, () => openai.vectorStores.delete(none)],
  ['a list of skills', 400, () => openai.skills.list({ limit: -1 }).asResponse()],
  ['what skill?', 404, () => openai.skills.content.retrieve(none)],
  ['changing none', 404, () => openai.skills.update(none, { default_version: '1' })],
  ['no skill to delete', 404, () => openai.skills.delete(none)],
  ['agents', 400, () => openai.beta.agents.create({ model: 'gpt-5', name: 'bad' })],
  ['what agent?', 404, () => openai.beta.agents.retrieve(none)],
  ['changing no agent', 404, () => openai.beta.agents.update(none, {})],
  ['deleting no agent', 404, () => openai.beta.agents.delete(none)],
  ['a list of agents', 400, () => openai.beta.agents.list({ limit: 500 }).asResponse()],
  [
    'an environment with somebody’s vault',
    400,
    () => openai.beta.agents.environments.create({ environment: { type: 'openai_hosted' }, vault_ids: [none] }),
  ],
  ['what environment?', 404, () => openai.beta.agents.environments.retrieve(none)],
  ['vaults', 400, () => openai.beta.agents.vaults.create({ name: 'bad' })],
  ['what vault?', 404, () => openai.beta.agents.vaults.credentials.retrieve('c', { vault_id: none })],
  ['changing no vault', 404, () => openai.beta.agents.vaults.update(none, { name: 'x' })],
  ['deleting no vault', 404, () => openai.beta.agents.vaults.delete(none)],
  ['what character?', 404, () => openai.videos.getCharacter(none)],
  ['what upload?', 404, () => openai.uploads.cancel(none)],
  ['completing none', 404, () => openai.uploads.complete(none, { part_ids: [] })],
  [
    'requests of a batch in parts',
    400,
    () => openai.uploads.create({ bytes: 1, filename: 'a', mime_type: 'x/y', purpose: 'batch' }),
  ],
];
const wrongOfAnthropic: readonly Wrong[] = [
  ['a list of skills', 400, () => anthropic.skills.list({ limit: 1000 }).asResponse()],
  ['what skill?', 404, () => anthropic.skills.versions.list(none).asResponse()],
  ['deleting no skill', 404, () => anthropic.skills.delete(none)],
  ['agents', 400, () => anthropic.beta.agents.create({ name: 'bad', model: 'claude-haiku-4-5' })],
  ['a list of agents', 400, () => anthropic.beta.agents.list({ limit: 0 }).asResponse()],
  ['changing no agent', 404, () => anthropic.beta.agents.update(none, { version: 1 })],
  ['archiving no agent', 404, () => anthropic.beta.agents.archive(none)],
  ['environments', 400, () => anthropic.beta.environments.create({ name: 'bad' })],
  ['a list of environments', 400, () => anthropic.beta.environments.list({ limit: -1 }).asResponse()],
  ['deleting no environment', 404, () => anthropic.beta.environments.delete(none)],
  ['archiving no environment', 404, () => anthropic.beta.environments.archive(none)],
  ['changing no environment', 404, () => anthropic.beta.environments.update(none, {})],
  ['what vault?', 404, () => anthropic.beta.vaults.retrieve(none)],
  ['a list of vaults', 400, () => anthropic.beta.vaults.list({ limit: 1000 }).asResponse()],
  ['changing no vault', 404, () => anthropic.beta.vaults.update(none, { display_name: 'x' })],
  ['archiving no vault', 404, () => anthropic.beta.vaults.archive(none)],
];

const classesOf = {
  openai: { 400: OpenAI.BadRequestError, 404: OpenAI.NotFoundError },
  anthropic: { 400: Anthropic.BadRequestError, 404: Anthropic.NotFoundError },
} as const;

describe('what is wrong raises the right error of the SDK', () => {
  test.each(wrongOfOpenai)('openai: %s, %d', async (_name, status, ask) => {
    const error = await errorOf(ask());
    expect(error).toBeInstanceOf(classesOf.openai[status as 400]);
    expect(error).toMatchObject({ status, type: 'invalid_request_error' });
  });
  test.each(wrongOfAnthropic)('anthropic: %s, %d', async (_name, status, ask) => {
    const error = await errorOf(ask());
    expect(error).toBeInstanceOf(classesOf.anthropic[status as 400]);
    const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
    expect(error).toMatchObject({ status, error: { type: 'error', error: { type } } });
  });
});

test('nothing of it is charged, and the books agree', async () => {
  expect(await books.charges()).toEqual([]);
  expect(await verify(gateway)).toEqual(balanced);
});

test('the endpoints of its rows were asked', () => holdToRows('kept.test.ts', watched));
