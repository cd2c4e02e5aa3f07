import { useMe } from '../../lib/session.ts';
import { useChannelWords } from './words.ts';

/** Who took something out of use, in words: oneself, the gateway, a config file, or a person by their name. */
export function useDisabledBy(): (by: string, name: string | null) => string {
  const t = useChannelWords();
  const { user } = useMe();
  return (by, name) => {
    if (by === `user:${user.id}`) return t('offBy.you');
    if (by === 'gateway') return t('offBy.gateway');
    if (by.startsWith('file:')) return t('offBy.file');
    // An address is long: whom it is of can be told by what stands before the @.
    return name === null ? t('offBy.somebody') : t('offBy.person', { name: name.split('@')[0] ?? name });
  };
}
