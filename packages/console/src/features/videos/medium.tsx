import type { VideoView } from '@tollgate/contract/api/videos';
import { Clapperboard, Music } from 'lucide-react';
import { smallPicture } from './small-picture.ts';
import { useVideoWords } from './words.ts';

type Props = {
  readonly video: VideoView;
  /** The picture itself, and not a small one of it. */
  readonly whole?: boolean;
};

const frame = 'aspect-video w-full bg-sunken object-contain';

/** As large for all, so that nothing jumps when it comes. */
export function Medium({ video, whole = false }: Props) {
  const t = useVideoWords();
  const { preview, kind, prompt, status } = video;
  const label = t('open', { prompt: prompt.slice(0, 60) });
  const picture = smallPicture(video, 640);
  const Icon = kind === 'music' ? Music : Clapperboard;
  if (preview === null || status !== 'completed')
    return (
      <div className="grid aspect-video place-items-center bg-sunken text-muted">
        <Icon aria-hidden className="size-6" />
      </div>
    );
  if (kind === 'drawing')
    return <img src={whole ? preview : (picture ?? preview)} alt={prompt} loading="lazy" className={frame} />;
  if (kind === 'music')
    return (
      <div className="relative grid aspect-video place-items-end bg-sunken p-2">
        {picture === undefined ? (
          <Music aria-hidden className="absolute inset-0 m-auto size-6 text-muted" />
        ) : (
          <img src={picture} alt="" loading="lazy" className="absolute inset-0 size-full object-cover" />
        )}
        <audio src={preview} controls preload="none" aria-label={label} className="relative h-9 w-full" />
      </div>
    );
  // Without a poster the browser draws the first picture of the film itself; some do so only when they are sent to it.
  return (
    <video
      src={picture === undefined ? `${preview}#t=0.001` : preview}
      poster={picture}
      controls
      preload={picture === undefined ? 'metadata' : 'none'}
      playsInline
      aria-label={label}
      className={frame}
    />
  );
}
