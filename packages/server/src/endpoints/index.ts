import type { Endpoint } from '../relay/endpoint.ts';
import { speechEndpoint } from './audio/speech.ts';
import { listeningEndpoints } from './audio/transcriptions.ts';
import { chatEndpoints } from './chat/endpoints.ts';
import { decisionsEndpoint } from './decisions/endpoint.ts';
import { embeddingsEndpoints } from './embeddings/endpoint.ts';
import { batchesEndpoints } from './files/batches.ts';
import { contentBatchesEndpoints } from './files/content-batches.ts';
import { contentFilesEndpoints } from './files/content-files.ts';
import { messageFilesEndpoints } from './files/message-files.ts';
import { messageBatchesEndpoints } from './files/message-batches.ts';
import { filesEndpoints } from './files/files.ts';
import { imagesEndpoints } from './images/endpoints.ts';
import { moderationsEndpoint } from './moderations/endpoint.ts';
import { pinnedEndpoints } from './pinned/endpoints.ts';
import { rerankEndpoints } from './rerank/endpoints.ts';
import { midjourneyEndpoints } from './videos/tasks/midjourney.ts';
import { sunoEndpoints } from './videos/tasks/suno.ts';
import { videosEndpoints } from './videos/endpoints.ts';
import { tokenizeEndpoint } from './tokenize/endpoint.ts';
import { clientSecretEndpoints } from './realtime/client-secrets.ts';
import { liveSessionsEndpoint } from './live-sessions/endpoint.ts';
import { geminiLiveEndpoint } from './gemini-live/endpoint.ts';
import { liveTokenEndpoint } from './gemini-live/tokens.ts';
import { realtimeEndpoint, transcriptionEndpoint } from './realtime/endpoint.ts';
import { responsesSocketEndpoint } from './responses-socket/endpoint.ts';
import { webSearchEndpoint } from './web-search/endpoint.ts';
import { countTokensEndpoints } from './count-tokens/endpoints.ts';
import { storedResponsesEndpoints } from './stored-responses/endpoints.ts';

/** Every endpoint that applications are served at. Adding one is a folder and a line here. */
export const endpoints: readonly Endpoint[] = [
  ...chatEndpoints,
  responsesSocketEndpoint,
  ...countTokensEndpoints,
  ...storedResponsesEndpoints,
  ...embeddingsEndpoints,
  moderationsEndpoint,
  decisionsEndpoint,
  ...rerankEndpoints,
  speechEndpoint,
  ...listeningEndpoints,
  ...imagesEndpoints,
  ...videosEndpoints,
  realtimeEndpoint,
  transcriptionEndpoint,
  ...clientSecretEndpoints,
  liveSessionsEndpoint,
  geminiLiveEndpoint,
  liveTokenEndpoint,
  ...sunoEndpoints,
  ...midjourneyEndpoints,
  ...filesEndpoints,
  ...messageFilesEndpoints,
  ...contentFilesEndpoints,
  ...batchesEndpoints,
  ...messageBatchesEndpoints,
  ...contentBatchesEndpoints,
  ...pinnedEndpoints,
  tokenizeEndpoint,
  webSearchEndpoint,
];
