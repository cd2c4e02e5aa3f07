import { z } from 'zod';

/** Where a provider's API is; another one for its sandbox, or for a test. */
export const apiUrl = (url: string, sandbox?: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(300)
    .default(url)
    .describe(sandbox === undefined ? 'Address of the API.' : `Address of the API; ${sandbox} for the sandbox.`);
