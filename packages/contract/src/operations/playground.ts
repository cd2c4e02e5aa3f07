import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Asking models as one of one's own keys, whose text nobody needs for it. */
export const playgroundOperations = declare({
  'playground.ask': {
    kind: 'relayed',
    method: 'post',
    path: '/playground/{id}/chat/completions',
    to: '/v1/chat/completions',
    permission: 'playground:write',
    summary: 'Ask a model as one of one’s own keys: with its limits and at its cost, without its text',
    params: idParams,
  },
  'playground.video': {
    kind: 'relayed',
    method: 'post',
    path: '/playground/{id}/videos',
    to: '/v1/videos',
    permission: 'playground:write',
    summary: 'Have a video made as one of one’s own keys: with its limits and at its cost, without its text',
    params: idParams,
  },
});
