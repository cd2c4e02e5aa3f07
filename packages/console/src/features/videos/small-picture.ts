import type { VideoView } from '@tollgate/contract/api/videos';

/** Where a small picture of what was made is; undefined where there is none. `width` is of the longer side, in points. */
export const smallPicture = ({ thumbnail }: Pick<VideoView, 'thumbnail'>, width: 160 | 320 | 640): string | undefined =>
  thumbnail === null ? undefined : `${thumbnail}?width=${width}`;
