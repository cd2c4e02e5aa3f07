import { expect, test } from 'bun:test';
import { channelSchema, type ChannelView } from '@tollgate/contract/api/configuration';
import { fieldsOf } from '../../../components/provider/schema-fields.ts';
import { behaviourOf, patchOf } from './draft.ts';

const channel: ChannelView = channelSchema.parse({
  id: 'ch_1',
  name: 'main',
  provider: 'some',
  baseUrl: 'https://example.com',
  credentials: [],
  models: [],
  overrides: {},
  proxy: null,
  settings: { region: 'eu', hidden: 1 },
  groups: ['default'],
  priority: 0,
  weight: 1,
  enabled: true,
  tags: [],
  ignoredModels: [],
  watchModels: 'off',
  remark: '',
  statusMapping: { '429': 503 },
  systemPrompt: null,
  thinkingToContent: false,
  passFields: [],
  timeouts: { idleMs: 5000 },
  concurrency: null,
  keyMode: 'random',
  autoDisable: true,
  testModel: '',
  costs: null,
  disabled: null,
  owner: null,
  createdAt: 1,
  updatedAt: 1,
});
const fields = fieldsOf({ properties: { region: { type: 'string' } } }, false);
const draft = behaviourOf(channel);

test('what is as it was is not sent', () => {
  expect(patchOf(channel, draft, fields)).toEqual({});
});

test('of the settings what the form does not show stays', () => {
  expect(patchOf(channel, { ...draft, settings: { ...draft.settings, region: 'us' } }, fields)).toEqual({
    settings: { region: 'us', hidden: 1 },
  });
  expect(patchOf(channel, { ...draft, settings: { ...draft.settings, region: '' } }, fields)).toEqual({
    settings: { hidden: 1 },
  });
});

test('rows of statuses become a mapping, and a half row says nothing', () => {
  const statuses = [...draft.statuses, { from: 500, to: 502 }, { from: 400, to: null }];
  expect(patchOf(channel, { ...draft, statuses }, fields)).toEqual({ statusMapping: { '429': 503, '500': 502 } });
});

test('what is emptied goes back to the default', () => {
  const asked = { ...channel, systemPrompt: { text: 'Be brief.', mode: 'set' as const }, proxy: 'http://proxy:1' };
  const emptied = { ...behaviourOf(asked), prompt: ' ', proxy: '', timeouts: { ...draft.timeouts, idleMs: null } };
  expect(patchOf(asked, emptied, fields)).toEqual({ systemPrompt: null, proxy: null, timeouts: {} });
});
