import type { ProtocolId } from '@tollgate/wire/protocol';
import type { MediaKind } from '../../domain/media-task.ts';
import { people, type CastChannel } from '../cast.ts';

/** Who makes pictures, music and films in the demonstration, and what was made. */

const everybody = ['default', 'engineering', 'research', 'product', 'partners'];

export const mediaChannels: readonly CastChannel[] = [
  {
    input: { name: 'openai-media', provider: 'openai', groups: everybody, priority: 10, weight: 1 },
    keys: ['sk-demo-openai-media-5a1e'],
    serves: ['sora-2', 'gpt-image-1'],
    fails: 0,
  },
  {
    input: { name: 'kling-studio', provider: 'kling', groups: everybody, priority: 10, weight: 1 },
    keys: ['demo-kling-studio-77d3'],
    serves: ['kling-v2-5-turbo'],
    fails: 0,
  },
  {
    input: {
      name: 'suno',
      provider: 'suno',
      baseUrl: 'http://suno.internal:8000',
      groups: everybody,
      priority: 10,
      weight: 1,
    },
    keys: ['demo-suno-0b2c'],
    serves: ['suno_music', 'suno_lyrics'],
    fails: 0,
  },
  {
    input: {
      name: 'midjourney',
      provider: 'midjourney-proxy',
      baseUrl: 'http://midjourney.internal:8080',
      groups: everybody,
      priority: 10,
      weight: 1,
    },
    keys: ['demo-midjourney-93f4'],
    serves: ['mj_imagine', 'mj_upscale'],
    fails: 0,
  },
];

export const mediaModels = [
  { name: 'gpt-image-1', price: { perImage: '0.04' }, operations: ['images'] },
  { name: 'sora-2', price: { perSecond: '0.10' }, operations: ['videos'] },
  { name: 'kling-v2-5-turbo', price: { perSecond: '0.07' }, operations: ['videos'] },
  { name: 'suno_music', price: { perCall: '0.08' }, operations: ['music'] },
  { name: 'suno_lyrics', price: { perCall: '0.01' }, operations: ['music'] },
  { name: 'mj_imagine', price: { perCall: '0.06' }, operations: ['drawings'] },
  { name: 'mj_upscale', price: { perCall: '0.04' }, operations: ['drawings'] },
];

/** What vendors of a kind are asked in, and how its tasks are called. */
export type CastMedium = {
  readonly kind: MediaKind;
  readonly channel: string;
  readonly model: string;
  readonly protocol: ProtocolId;
  readonly operation: 'videos' | 'music' | 'drawings';
  readonly prefix: string;
  readonly action?: string;
};

const sora: CastMedium = {
  kind: 'video',
  channel: 'openai-media',
  model: 'sora-2',
  protocol: 'openai-chat',
  operation: 'videos',
  prefix: 'video',
};
const kling: CastMedium = { ...sora, channel: 'kling-studio', model: 'kling-v2-5-turbo', protocol: 'kling' };
const song: CastMedium = {
  kind: 'music',
  channel: 'suno',
  model: 'suno_music',
  protocol: 'suno',
  operation: 'music',
  prefix: 'task',
  action: 'MUSIC',
};
const drawing: CastMedium = {
  kind: 'drawing',
  channel: 'midjourney',
  model: 'mj_imagine',
  protocol: 'midjourney',
  operation: 'drawings',
  prefix: 'task',
  action: 'IMAGINE',
};

export type CastPiece = {
  readonly medium: CastMedium;
  /** Place among the people. */
  readonly who: number;
  readonly daysAgo: number;
  readonly prompt: string;
  readonly seconds?: number;
  /** How it ended; what is `silent` has not, and nobody has heard of it for long. */
  readonly end?: 'failed' | 'cancelled' | 'silent';
};

/** The administrator, who comes after all of them. */
const administrator = people.length;

/** The first person is the one whose password is told. */
export const pieces: readonly CastPiece[] = [
  { medium: drawing, who: 0, daysAgo: 20.3, prompt: 'A quiet valley at dusk, layered hills, poster style' },
  { medium: drawing, who: 13, daysAgo: 16.1, prompt: 'Header for the autumn newsletter, warm light over fields' },
  { medium: song, who: 0, daysAgo: 12.6, prompt: 'A calm piano loop for the waiting queue' },
  { medium: sora, who: 16, daysAgo: 9.2, prompt: 'A paper boat drifts across a lake at sunset', seconds: 4 },
  { medium: drawing, who: 0, daysAgo: 8.4, prompt: 'Mountains behind a still sea, pastel, for the sign-in page' },
  { medium: kling, who: 17, daysAgo: 6.7, prompt: 'Slow camera over hills in the evening, no people', seconds: 5 },
  { medium: kling, who: 0, daysAgo: 5.9, prompt: 'A well-known cartoon mouse sails a boat', seconds: 5, end: 'failed' },
  { medium: drawing, who: 15, daysAgo: 5.2, prompt: 'Three ridges in fog, screen print, two colours' },
  { medium: song, who: 13, daysAgo: 4.8, prompt: 'Upbeat jingle, eight bars, marimba and hand claps' },
  { medium: drawing, who: 0, daysAgo: 3.3, prompt: 'Early morning over the harbour, flat shapes' },
  { medium: sora, who: 0, daysAgo: 2.6, prompt: 'A paper boat sails past dark hills, wide shot', seconds: 8 },
  { medium: sora, who: 0, daysAgo: 1.9, prompt: 'The same at noon', seconds: 12, end: 'cancelled' },
  { medium: drawing, who: administrator, daysAgo: 4.1, prompt: 'Status page banner, calm sea at night, no text' },
  { medium: sora, who: administrator, daysAgo: 2.2, prompt: 'Loop for the lobby screen, hills at dawn', seconds: 8 },
  { medium: drawing, who: 18, daysAgo: 1.4, prompt: 'A green summer landscape for the loyalty campaign' },
  { medium: drawing, who: 0, daysAgo: 0.9, prompt: 'Violet dusk, one large sun, room for a headline' },
  { medium: kling, who: 0, daysAgo: 0.7, prompt: 'Boat at dusk, camera follows from the left', seconds: 5 },
  { medium: song, who: 0, daysAgo: 0.5, prompt: 'Soft evening theme for the product film' },
  { medium: kling, who: 16, daysAgo: 0.24, prompt: 'A drone shot along the coast road', seconds: 10, end: 'silent' },
];

/** What is asked for when the demonstration opens. */
export const askedNow: readonly { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[] = [
  {
    path: '/v1/videos',
    body: { model: 'sora-2', prompt: 'A lighthouse in a storm, seen from the sea', seconds: '12' },
  },
  { path: '/v1/videos', body: { model: 'sora-2', prompt: 'Parcels on a conveyor belt, macro', seconds: '8' } },
  {
    path: '/kling/v1/videos/text2video',
    body: { model_name: 'kling-v2-5-turbo', prompt: 'Rain on a window, city lights behind', duration: '10' },
  },
  { path: '/suno/submit/music', body: { prompt: 'A short theme for the podcast', mv: 'chirp-v4' } },
];
