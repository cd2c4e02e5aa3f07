import { isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import { readNamedFrames } from '@tollgate/wire/protocols/anthropic-messages/named-frames';
import type { JsonObject } from '@tollgate/wire/protocol';
import { z } from 'zod';
import type { ModelPage } from './account.ts';
import { defineProvider, type Quirk } from './define.ts';
import { anthropicInBody } from './shared/hosted.ts';
import { itemsOf } from './shared/listings.ts';
import { openaiPauses, openaiPhrases } from './shared/phrases.ts';
import { reasoningMaxTokens } from './shared/quirks.ts';

const source = 'https://help.sap.com/docs/sap-ai-core/generative-ai/consume-generative-ai-models-using-sap-ai-core';

/**
 * The service key, of which an address stands in an object of its own: as one flat object with what is needed. Keys with a
 * certificate in a secret's place have no `clientsecret`.
 */
const serviceKey = z
  .string()
  .trim()
  .transform((text, context) => {
    const key = keyIn(text);
    if (key) return JSON.stringify(key);
    const message = 'must be a service key with clientid, clientsecret, url and serviceurls.AI_API_URL';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({
    label: 'Service key',
    secret: true,
    placeholder: '{ "clientid": …, "serviceurls": { … } }',
    help: 'The JSON of a service key of the AI Core instance, with a client secret.',
  });

function keyIn(text: string): JsonObject | undefined {
  const json = parsed(text);
  if (!isObject(json)) return undefined;
  const [clientid, clientsecret] = [textAt(json, 'clientid'), textAt(json, 'clientsecret')];
  const authHost = textAt(json, 'auth_host') ?? hostOf(textAt(json, 'url'));
  const apiHost = textAt(json, 'api_host') ?? hostOf(textAt(objectAt(json, 'serviceurls') ?? {}, 'AI_API_URL'));
  if (!clientid || !clientsecret || !authHost || !apiHost) return undefined;
  return { clientid, clientsecret, auth_host: authHost, api_host: apiHost };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const hostOf = (url = ''): string | undefined =>
  URL.canParse(url) && url.startsWith('https://') ? new URL(url).hostname : undefined;

/** Deployments that run; a name is the deployment's id and its model's name. */
function readDeployments(body: unknown): ModelPage | undefined {
  const items = itemsOf(isObject(body) ? body['resources'] : undefined);
  return (
    items && {
      models: items.flatMap((item) => {
        const details = isObject(item) ? objectAt(item, 'details') : undefined;
        const resources = details && objectAt(details, 'resources');
        const backend = resources && (objectAt(resources, 'backendDetails') ?? objectAt(resources, 'backend_details'));
        const model = backend && objectAt(backend, 'model');
        const [id, name] = [item['id'], model && textAt(model, 'name')];
        return typeof id === 'string' && name ? [`${id}/${name}`] : [];
      }),
    }
  );
}

/** The name without the deployment before it; models of some makers are still told it. */
const ownName: Quirk = {
  name: 'the body names the model without its deployment',
  source,
  apply(body) {
    const { model } = body;
    const slash = typeof model === 'string' ? model.indexOf('/') : -1;
    return typeof model === 'string' && slash >= 0 ? { ...body, model: model.slice(slash + 1) } : body;
  },
};

const deployed = '/inference/deployments/{modelHead}';

/**
 * SAP's generative AI hub. A model is a deployment, and is named `DEPLOYMENT/NAME` as its listing has it: the deployment
 * stands in the path, and the name tells by which protocol it is asked.
 */
export const sapAiCore = defineProvider({
  id: 'sap-ai-core',
  label: 'SAP AI Core',
  docs: 'https://help.sap.com/docs/sap-ai-core',
  baseUrl: 'https://{apiHost}/v2',
  credential: z.strictObject({ serviceKey }),
  settings: z.strictObject({
    apiHost: z
      .union([z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i, 'must be a host name'), z.literal('')])
      .default('')
      .meta({ label: 'API host', help: 'Empty: the one of the service key, of its AI_API_URL.' }),
    resourceGroup: z
      .string()
      .regex(/^[\w.-]{1,253}$/, 'must be the id of a resource group')
      .default('default')
      .meta({ label: 'Resource group' }),
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}(?:-preview)?$/, 'must be a date such as 2024-10-21')
      .default('2024-10-21')
      .meta({ label: 'API version', help: 'Of Azure OpenAI, which stands behind deployments of OpenAI’s models.' }),
  }),
  fromCredential: { apiHost: 'serviceKey.api_host' },
  dialects: [
    {
      protocol: 'openai-chat',
      paths: {
        chat: [
          { when: { family: 'claude' }, path: undefined },
          { when: { family: 'gemini' }, path: undefined },
          { path: `${deployed}/chat/completions?api-version={apiVersion}` },
        ],
        embeddings: `${deployed}/embeddings?api-version={apiVersion}`,
      },
      quirks: [reasoningMaxTokens, ownName],
    },
    {
      protocol: 'anthropic-messages',
      paths: {
        chat: [
          { when: { family: 'claude', stream: true }, path: `${deployed}/invoke-with-response-stream` },
          { when: { family: 'claude' }, path: `${deployed}/invoke` },
        ],
      },
      quirks: [
        anthropicInBody({
          name: 'the version stands in the body, the deployment and whether to stream in the path',
          source,
          version: 'bedrock-2023-05-31',
          drops: ['model', 'stream'],
        }),
      ],
      // Its events are Anthropic's own, without the lines that name them.
      wrapping: { streamType: 'text/event-stream', open: readNamedFrames },
    },
    {
      protocol: 'gemini',
      paths: {
        chat: [
          { when: { family: 'gemini', stream: true }, path: `${deployed}/models/{modelTail}:streamGenerateContent` },
          { when: { family: 'gemini' }, path: `${deployed}/models/{modelTail}:generateContent` },
        ],
      },
    },
  ],
  phrases: {
    ...openaiPhrases,
    content_filter: [...openaiPhrases.content_filter, 'content management policy'],
    not_found: ['deployment not found', 'no deployment'],
  },
  pauses: openaiPauses,
  listing: {
    path: '/lm/deployments?status=RUNNING&$top=1000',
    read: readDeployments,
    source: 'https://api.sap.com/api/AI_CORE_API',
  },
  auth: [
    {
      by: 'token',
      url: 'https://{serviceKey.auth_host}/oauth/token',
      grant: {
        type: 'client-credentials',
        clientId: 'serviceKey.clientid',
        clientSecret: 'serviceKey.clientsecret',
        // Ids hold characters that Basic would have encoded, and that SAP does not decode.
        sentIn: 'body',
      },
      placed: { by: 'bearer' },
    },
  ],
  headers: { 'ai-resource-group': '{resourceGroup}' },
});
