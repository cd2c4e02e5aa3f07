import { z } from 'zod';

/** Ids of ours in a path. */
export const idParams = z.strictObject({ id: z.string().min(1).max(80) });

/** Names that people chose, URL-encoded in a path. */
export const nameParams = z.strictObject({ name: z.string().min(1).max(300) });
