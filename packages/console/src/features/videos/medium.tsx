import type { VideoView } from '@tollgate/contract/api/videos';
import { Clapperboard } from 'lucide-react';
import { useVideoWords } from './words.ts';

/** As large for all, so that nothing jumps when it comes. */
export function Medium({ video: { preview, kind, prompt, status } }: { readonly video: VideoView }) {
  const t = useVideoWords();
  const label = t('open', { prompt: prompt.slice(0, 60) });
  if (preview === null || status !== 'completed')
    return (
      <div className="grid aspect-video place-items-center bg-raised text-muted">
        <Clapperboard aria-hidden className="size-6" />
      </div>
    );
  if (kind === 'drawing')
    return <img src={preview} alt={prompt} loading="lazy" className="aspect-video w-full bg-raised object-contain" />;
  if (kind === 'music')
    return (
      <div className="grid aspect-video place-items-center bg-raised px-3">
        <audio src={preview} controls preload="none" aria-label={label} className="w-full" />
      </div>
    );
  return (
    <video
      src={preview}
      controls
      preload="metadata"
      playsInline
      aria-label={label}
      className="aspect-video w-full bg-raised object-contain"
    />
  );
}
