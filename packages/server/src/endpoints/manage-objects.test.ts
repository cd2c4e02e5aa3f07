import { describe, expect, test } from 'bun:test';
import type { StoredObject } from '../domain/stored-object.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../relay/testing/gateway.ts';
import { storedObjectRepository } from '../store/stored-objects.ts';
import { sampleObject } from '../store/testing/stored-objects.ts';
import { objectDeeds } from './manage-objects.ts';
import { setStage } from './testing/stage.ts';

const stage = setStage();

type Answer = { status: number; json: unknown };

/** Accounts of three vendors, which answer what they are told to. */
async function house(): Promise<{ gate: TestGateway; asked: string[]; answer: Answer }> {
  const asked: string[] = [];
  const answer: Answer = { status: 200, json: {} };
  const upstream = await stage.upstream((response, { method, path, headers }) => {
    const beta = [headers['openai-beta'], headers['anthropic-beta']].filter((one) => one !== undefined);
    asked.push([method, path, ...beta].join(' '));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
  });
  const baseUrl = upstream.baseUrl.replace(/\/v1$/, '');
  const channels = [
    channelOf({ id: 'openai-chat', baseUrl: upstream.baseUrl }),
    channelOf({ id: 'anthropic-messages', provider: 'anthropic', baseUrl }),
    channelOf({ id: 'gemini', provider: 'gemini', baseUrl }),
  ];
  const gate = await openTestGateway(snapshotOf(channels), { logged: () => undefined });
  stage.close(gate);
  return { gate, asked, answer };
}

let made = 0;

async function keep(
  gate: TestGateway,
  protocol: StoredObject['protocol'],
  more: Partial<StoredObject>,
): Promise<StoredObject> {
  made += 1;
  const object = sampleObject(made, 'usr', { protocol, channelId: protocol, ...more });
  await storedObjectRepository.insert(gate.database.db, object);
  return object;
}

const isKept = async ({ database }: TestGateway, { id }: StoredObject): Promise<boolean> =>
  (await storedObjectRepository.findAny(database.db, id, Date.now())) !== undefined;

describe('what accounts keep, by hand', () => {
  test('is deleted as each vendor wants to be asked, and then forgotten', async () => {
    const { gate, asked } = await house();
    const ways: readonly (readonly [StoredObject['protocol'], Partial<StoredObject>, string])[] = [
      ['openai-chat', { kind: 'file', vendorId: 'file-1' }, 'DELETE /v1/files/file-1'],
      ['openai-chat', { kind: 'vector_store', vendorId: 'vs_1' }, 'DELETE /v1/vector_stores/vs_1 assistants=v2'],
      ['openai-chat', { kind: 'agent', vendorId: 'ag_1' }, 'DELETE /v1/agents/ag_1 agents=v1'],
      [
        'openai-chat',
        { kind: 'upload', vendorId: 'upload_1', told: { status: 'pending' } },
        'POST /v1/uploads/upload_1/cancel',
      ],
      ['anthropic-messages', { kind: 'file', vendorId: 'file_1' }, 'DELETE /v1/files/file_1'],
      [
        'anthropic-messages',
        { kind: 'batch', vendorId: 'msgbatch_1', finishedAt: 1 },
        'DELETE /v1/messages/batches/msgbatch_1',
      ],
      [
        'anthropic-messages',
        { kind: 'agent', vendorId: 'agent_1' },
        'POST /v1/agents/agent_1/archive managed-agents-2026-04-01',
      ],
      ['gemini', { kind: 'file', vendorId: 'files/abc' }, 'DELETE /v1beta/files/abc'],
      ['gemini', { kind: 'cached_content', vendorId: 'cachedContents/abc' }, 'DELETE /v1beta/cachedContents/abc'],
      ['gemini', { kind: 'batch', vendorId: 'abc', finishedAt: 1 }, 'DELETE /v1beta/batches/abc'],
    ];
    for (const [protocol, more, call] of ways) {
      const object = await keep(gate, protocol, more);
      await objectDeeds(gate.deps).remove(object);
      expect(asked.splice(0)).toEqual([call]);
      expect(await isKept(gate, object)).toBe(false);
    }
  });

  test('stays where its vendor does not delete it, and is deleted once it is gone there', async () => {
    const { gate, answer } = await house();
    const object = await keep(gate, 'openai-chat', { kind: 'file', vendorId: 'file-1' });
    answer.status = 500;
    expect(objectDeeds(gate.deps).remove(object)).rejects.toMatchObject({ code: 'upstream_error' });
    expect(await isKept(gate, object)).toBe(true);
    answer.status = 404;
    await objectDeeds(gate.deps).remove(object);
    expect(await isKept(gate, object)).toBe(false);
  });

  test('is forgotten without a question where its channel is no more', async () => {
    const { gate, asked } = await house();
    const object = await keep(gate, 'openai-chat', { kind: 'file', channelId: 'gone' });
    await objectDeeds(gate.deps).remove(object);
    expect(asked).toEqual([]);
    expect(await isKept(gate, object)).toBe(false);
  });

  test('is not deleted while a batch is worked on, nor where its vendor deletes none', async () => {
    const { gate, asked } = await house();
    for (const [protocol, finishedAt] of [
      ['openai-chat', undefined],
      ['openai-chat', 1],
      ['anthropic-messages', undefined],
    ] as const) {
      const object = await keep(gate, protocol, { finishedAt });
      expect(objectDeeds(gate.deps).remove(object)).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(asked).toEqual([]);
  });

  test('a batch is cancelled at its vendor, and what that tells is noted', async () => {
    const { gate, asked, answer } = await house();
    const ways = [
      ['openai-chat', { status: 'cancelling' }, '/v1/batches/one/cancel', 'cancelling'],
      ['anthropic-messages', { processing_status: 'canceling' }, '/v1/messages/batches/one/cancel', 'canceling'],
      // It says nothing, and its job sees the end.
      ['gemini', {}, '/v1beta/batches/one:cancel', 'in_progress'],
    ] as const;
    for (const [protocol, json, path, status] of ways) {
      answer.json = { id: 'one', ...json };
      const object = await keep(gate, protocol, { vendorId: 'one' });
      await objectDeeds(gate.deps).cancel(object);
      expect(asked.splice(0)).toEqual([`POST ${path}`]);
      const found = await storedObjectRepository.findAny(gate.database.db, object.id, Date.now());
      const told = found?.object.told ?? {};
      expect(told['status'] ?? told['processing_status']).toBe(status);
    }
    const over = await keep(gate, 'openai-chat', { finishedAt: 1 });
    expect(objectDeeds(gate.deps).cancel(over)).rejects.toMatchObject({ code: 'not_cancellable' });
  });
});
