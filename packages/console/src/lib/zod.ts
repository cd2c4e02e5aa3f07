import { z } from 'zod';

// Compiling schemas needs `new Function`, which the page's content security policy forbids, loudly.
z.config({ jitless: true });

export { z };
