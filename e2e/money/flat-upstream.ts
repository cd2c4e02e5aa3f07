import { frames, startUpstream, streamedAnswer, wholeAnswer } from '../scripted-upstream.ts';

/** An upstream that answers every chat call with the same few words, whole or streamed, and counts them. */
export type FlatUpstream = {
  readonly baseUrl: string;
  readonly answered: () => number;
  stop(): Promise<void>;
};

/** `chunkMs` is the time between the chunks of a stream, and that before a whole answer. */
export function startFlatUpstream(chunkMs = 0): FlatUpstream {
  let answered = 0;
  const pause = async (): Promise<void> => {
    if (chunkMs > 0) await Bun.sleep(chunkMs);
  };
  async function* fewWords(): AsyncGenerator<string> {
    for (const word of ['a', ' few', ' words']) {
      yield frames.words(word);
      await pause();
    }
    yield frames.end(5, 3);
  }
  const upstream = startUpstream(async ({ stream }) => {
    answered++;
    if (stream) return streamedAnswer(fewWords());
    await pause();
    return wholeAnswer('a few words', 5, 3);
  });
  return { ...upstream, answered: () => answered };
}
