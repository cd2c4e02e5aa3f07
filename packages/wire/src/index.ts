export type { Bucket, Usage } from './ir/usage.ts';
