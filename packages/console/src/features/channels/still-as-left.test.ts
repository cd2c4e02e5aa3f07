import type { ChannelView } from '@tollgate/contract/api/configuration';
import { expect, test } from 'bun:test';
import { stillAsLeft } from './still-as-left.ts';

const channel = (id: string, fields: Partial<ChannelView>) => ({ id, ...fields }) as ChannelView;

test('what somebody else has changed since is not taken back', () => {
  const changes = [
    { id: 'a', patch: { priority: 17 } },
    { id: 'b', patch: { priority: 17, tags: ['eu'] } },
    { id: 'c', patch: { tags: ['eu'] } },
    { id: 'gone', patch: { priority: 17 } },
  ];
  const now = [
    channel('a', { priority: 17, weight: 3 }),
    channel('b', { priority: 99, tags: ['eu'] }),
    channel('c', { priority: 5, tags: ['eu'] }),
  ];
  expect(stillAsLeft(changes, now).map(({ id }) => id)).toEqual(['a', 'c']);
});
