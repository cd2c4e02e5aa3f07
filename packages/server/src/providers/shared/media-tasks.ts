import { mjModes, mjSubmissions } from '@tollgate/wire/protocols/midjourney/requests';
import { sunoActions } from '@tollgate/wire/protocols/suno/tasks';
import type { Dialect } from '../define.ts';

/** Music by suno-api: https://docs.newapi.pro/en/api/suno-music/ */
export const sunoDialect: Dialect = {
  protocol: 'suno',
  stored: true,
  paths: { music: '/suno/submit/music' },
  videos: {
    submit: Object.fromEntries(sunoActions.map((action) => [action, `/suno/submit/${action}`])),
    status: '/suno/fetch',
  },
};

const pathOf = (submission: string): string =>
  submission === 'swap' ? '/mj/insight-face/swap' : `/mj/submit/${submission}`;

/** Drawings by midjourney-proxy, at each of its speeds: https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md */
export const midjourneyDialect: Dialect = {
  protocol: 'midjourney',
  stored: true,
  paths: { drawings: '/mj/submit/imagine' },
  videos: {
    submit: Object.fromEntries(
      mjSubmissions.flatMap((submission) => [
        [submission, pathOf(submission)] as const,
        ...mjModes.map((mode) => [`${mode}/${submission}`, `/${mode}${pathOf(submission)}`] as const),
      ]),
    ),
    status: '/mj/task/list-by-condition',
    seed: '/mj/task/{id}/image-seed',
  },
};
