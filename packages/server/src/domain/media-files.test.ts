import { expect, test } from 'bun:test';
import { filesOf, withLinks } from './media-files.ts';

const state = {
  status: 'completed',
  url: 'https://cdn.test/a.mp3',
  data: [
    {
      id: 'c1',
      title: 'See https://x.test for more',
      audio_url: 'https://cdn.test/a.mp3',
      image_url: 'https://cdn.test/a.png',
    },
    { id: 'c2', audio_url: 'https://cdn.test/b.mp3', image_url: 'https://cdn.test/a.png', video_url: '' },
  ],
} as const;

test('files are counted once each, the one that was asked for first', () => {
  expect(filesOf(state)).toEqual(['https://cdn.test/a.mp3', 'https://cdn.test/a.png', 'https://cdn.test/b.mp3']);
  expect(filesOf({ status: 'completed' })).toEqual([undefined]);
});

test('addresses are replaced where there is a link, and nothing else is', () => {
  expect(withLinks(state, (index) => (index === 2 ? undefined : `/media/${index}`))).toEqual({
    ...state,
    url: '/media/0',
    data: [
      { ...state.data[0], audio_url: '/media/0', image_url: '/media/1' },
      { ...state.data[1], image_url: '/media/1' },
    ],
  });
  expect(withLinks(state, () => undefined)).toBe(state);
});
