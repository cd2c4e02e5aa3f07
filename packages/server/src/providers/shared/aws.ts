import { z } from 'zod';
import type { Auth } from '../auth.ts';
import { bearer, optionalSecret } from './credentials.ts';

/** An access key, or an API key of Bedrock's. https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html */
export const awsCredential = z
  .strictObject({
    accessKeyId: optionalSecret('Access key ID', 'With its secret; or leave both empty and give an API key.'),
    secretAccessKey: optionalSecret('Secret access key'),
    sessionToken: optionalSecret('Session token', 'Of temporary credentials only.'),
    apiKey: optionalSecret('Bedrock API key', 'Instead of an access key.'),
  })
  .refine(
    ({ accessKeyId, secretAccessKey, sessionToken, apiKey }) =>
      apiKey ? !(accessKeyId || secretAccessKey || sessionToken) : accessKeyId && secretAccessKey,
    { message: 'takes either an access key ID with its secret, or an API key' },
  );

/** Where models are served, and what is signed for. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/, 'must be a region such as us-east-1')
  .default('us-east-1')
  .meta({
    label: 'Region',
    placeholder: 'us-east-1',
    help: 'Where the models are served, and what is signed for.',
  });

/** With an API key as a bearer token, else signed for a service with the access key. */
export const awsAuth = (service: string): readonly Auth[] => [
  bearer,
  {
    by: 'sigv4',
    service,
    region: 'region',
    accessKeyId: 'accessKeyId',
    secretAccessKey: 'secretAccessKey',
    sessionToken: 'sessionToken',
  },
];
