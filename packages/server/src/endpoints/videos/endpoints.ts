import type { Endpoint } from '../../relay/endpoint.ts';
import { contentEndpoint } from './content.ts';
import { ownAnswerEndpoints } from './own-answers.ts';
import { videosEndpoint } from './submit.ts';

export const videosEndpoints: readonly Endpoint[] = [videosEndpoint, ...ownAnswerEndpoints, contentEndpoint];
