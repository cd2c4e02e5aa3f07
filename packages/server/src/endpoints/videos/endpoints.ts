import type { Endpoint } from '../../relay/endpoint.ts';
import { contentEndpoint } from './content.ts';
import { sequelEndpoints } from './goes-on.ts';
import { ownAnswerEndpoints } from './own-answers.ts';
import { videoClients } from './clients.ts';
import { beginsVideos } from './submit.ts';

export const videosEndpoints: readonly Endpoint[] = [
  ...videoClients.map(beginsVideos),
  ...sequelEndpoints,
  ...ownAnswerEndpoints,
  contentEndpoint,
];
