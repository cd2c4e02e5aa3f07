import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'bun:test';
import { z } from 'zod';
import type { MediaTask } from '../../domain/media-task.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { setVideoStage } from './testing/gate.ts';
import { videoProviders, type VideoProvider } from './testing/vendors.ts';
import type { MakingAccount } from '../shared/task-requests.ts';
import { makingAccountOf } from './account.ts';
import { taskEgress } from './vendors.ts';

/** What vendors have in common is tried in videos.test.ts; here is what only some have, and the table of it in the documentation. */

const { vendorOf, gatewayTo } = setVideoStage();
const page = path.resolve(import.meta.dirname, '../../../../../docs/endpoints.md');

async function begin(provider: VideoProvider) {
  const vendor = vendorOf(provider);
  const gate = await gatewayTo([{ vendor, provider }]);
  const before = await gate.balance();
  const answer = await gate.post({ model: 'm', prompt: 'A cat', seconds: '5' }, { path: '/v1/videos' });
  const { id } = (await answer.json()) as { readonly id: string };
  return { vendor, gate, before, id };
}

async function over(gate: TestGateway, id: string): Promise<MediaTask> {
  for (;;) {
    const task = await mediaTaskRepository.findAny(gate.database.db, id);
    if (task?.finishedAt !== undefined) return task;
    await Bun.sleep(5);
  }
}

const rows = new Map<VideoProvider, readonly string[]>();
/** Whether accounts have a secret by which their vendor signs what it calls about. */
const signs = (account: MakingAccount | undefined): boolean =>
  account !== undefined &&
  JSON.stringify(z.toJSONSchema(account.target.channel.provider.credential, { io: 'input' })).includes('webhookSecret');

const yes = (is: boolean): string => (is ? 'yes' : '');

test.each(videoProviders)(
  '%s: what it says oddly changes nothing, and what it has made is charged',
  async (provider) => {
    const { vendor, gate, before, id } = await begin(provider);
    vendor.stage = 'odd';
    const polls = vendor.polls;
    while (vendor.polls < polls + 4) await Bun.sleep(5);
    expect((await mediaTaskRepository.findAny(gate.database.db, id))?.finishedAt).toBeUndefined();
    vendor.stage = 'done';
    const task = await over(gate, id);
    await gate.recorded(1);
    expect(before - (await gate.balance())).toBe(500_000_000n);
    const egress = taskEgress(task.protocol);
    const account = makingAccountOf(gate.deps.snapshot(), task);
    const offered = account?.dialect.videos;
    const counted = { seconds: 'seconds', outputText: 'tokens or units', requests: '' };
    rows.set(provider, [
      yes(offered?.cancel !== undefined),
      yes(egress.callback !== undefined || (egress.calledAbout !== undefined && signs(account))),
      Object.entries(counted)
        .filter(([bucket]) => task.state.usage !== undefined && bucket in task.state.usage)
        .map(([, words]) => words)
        .join(', '),
      yes(task.state.poster !== undefined || offered?.variants !== undefined),
      yes(egress.batch !== undefined),
      yes(egress.search !== undefined && offered?.search !== undefined),
    ]);
  },
);

test.each(videoProviders)('%s gives up what it has begun, for nothing, or is not asked to', async (provider) => {
  const { vendor, gate, before, id } = await begin(provider);
  const answer = await gate.get(`/v1/videos/${id}/cancel`, 'POST');
  const offers = rows.get(provider)?.[0] === 'yes';
  expect([answer.status, vendor.cancels.length]).toEqual(offers ? [200, 1] : [409, 0]);
  if (!offers) return;
  expect((await over(gate, id)).state.failure?.code).toBe('cancelled');
  await gate.recorded(1);
  expect(await gate.balance()).toBe(before);
});

test('the documentation has a table of it', () => {
  const head = ['provider', 'gives up', 'calls', 'reports', 'poster', 'asked together', 'found again'];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(head),
    line(head.map(() => '---')),
    ...videoProviders.map((provider) => line([provider, ...(rows.get(provider) ?? [])])),
  ].join('\n');
  console.log(table);
  const [, there = ''] = /<!-- media vendors -->\n\n([\s\S]*?)\n\n/.exec(readFileSync(page, 'utf8')) ?? [];
  const tight = (text: string): string => text.replaceAll(/[ -]+/g, ' ');
  expect(tight(there)).toBe(tight(table));
});
