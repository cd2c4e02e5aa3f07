import { readChannelReason } from '@tollgate/contract/channel-reasons';
import { useUiWords } from '../ui/words.ts';

/** Says why a channel is less than enabled in the reader's language; what a person or a provider said stays as it is. */
export function useChannelReason(): (sentence: string) => string {
  const t = useUiWords();
  return (sentence) => {
    const known = readChannelReason(sentence);
    return known === undefined ? sentence : t(`channelReason.${known.reason}`, known.values);
  };
}
