import type en from '../locales/en/models.json';
import { namespace } from './i18n.ts';
import type { PricedBucket } from './rates.ts';

const useWords = namespace<typeof en>('models');

/** What the buckets of a price are called, wherever prices are shown; the page's route loads the words of `models`. */
export function useBucketWords(): (bucket: PricedBucket) => string {
  const t = useWords();
  return (bucket) => t(`bucket.${bucket}`);
}
