import { declare } from './declare.ts';
import { idParams } from './params.ts';

const asOneOfOnesOwnKeys = 'as one of one’s own keys: with its limits and at its cost, without its text';

/** What all of these have in common. */
const relayed = { kind: 'relayed', method: 'post', permission: 'playground:write', params: idParams } as const;

/** Asking models as one of one's own keys, whose text nobody needs for it. */
export const playgroundOperations = declare({
  'playground.ask': {
    ...relayed,
    path: '/playground/{id}/chat/completions',
    to: '/v1/chat/completions',
    summary: `Ask a model ${asOneOfOnesOwnKeys}`,
  },
  'playground.video': {
    ...relayed,
    path: '/playground/{id}/videos',
    to: '/v1/videos',
    summary: `Have a video made ${asOneOfOnesOwnKeys}`,
  },
  'playground.image': {
    ...relayed,
    path: '/playground/{id}/images/generations',
    to: '/v1/images/generations',
    summary: `Have pictures made ${asOneOfOnesOwnKeys}`,
  },
  'playground.imageEdit': {
    ...relayed,
    path: '/playground/{id}/images/edits',
    to: '/v1/images/edits',
    summary: `Have pictures changed ${asOneOfOnesOwnKeys}`,
  },
  'playground.speech': {
    ...relayed,
    path: '/playground/{id}/audio/speech',
    to: '/v1/audio/speech',
    summary: `Have a text spoken ${asOneOfOnesOwnKeys}`,
  },
  'playground.transcription': {
    ...relayed,
    path: '/playground/{id}/audio/transcriptions',
    to: '/v1/audio/transcriptions',
    summary: `Have a recording written down ${asOneOfOnesOwnKeys}`,
  },
  'playground.music': {
    ...relayed,
    path: '/playground/{id}/music',
    to: '/suno/submit/music',
    summary: `Have music made ${asOneOfOnesOwnKeys}`,
  },
});
