import type { Operation } from '@tollgate/wire/protocol';
import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyCredential } from './shared/credentials.ts';
import { byTextApi, openaiResponsesDialect, textApiSetting } from './shared/openai-responses.ts';
import { reasoningMaxTokens } from './shared/quirks.ts';

const tasks: Readonly<Partial<Record<Operation, string>>> = { chat: 'chat/completions', completions: 'completions' };

/**
 * Azure names a deployment in the path and a version in the query; the upstream model of a channel is the deployment's
 * name. Version `v1` is the API without dated versions, which reads the deployment from the body.
 * https://learn.microsoft.com/en-us/azure/ai-services/openai/reference
 */
export const azureOpenai = defineProvider({
  id: 'azure-openai',
  label: 'Azure OpenAI',
  docs: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/reference',
  // The resource's own address, as the SDK's `endpoint`: https://RESOURCE.openai.azure.com
  baseUrl: undefined,
  credential: apiKeyCredential,
  settings: z.strictObject({
    apiVersion: z
      .string()
      .regex(/^(?:v1|\d{4}-\d{2}-\d{2}(?:-preview)?)$/, 'must be v1 or a date such as 2024-10-21')
      .default('2025-04-01-preview')
      .meta({ label: 'API version', placeholder: '2025-04-01-preview', help: 'A dated version, or v1.' }),
    textApi: textApiSetting('auto'),
  }),
  dialects: byTextApi(
    {
      protocol: 'openai-chat',
      path(operation, { model, settings }) {
        const task = tasks[operation];
        if (task === undefined) return undefined;
        const version = String(settings['apiVersion']);
        if (version === 'v1') return `/openai/v1/${task}`;
        return `/openai/deployments/${encodeURIComponent(model)}/${task}?api-version=${version}`;
      },
      quirks: [reasoningMaxTokens],
    },
    openaiResponsesDialect({
      stored: true,
      // Responses reads the deployment from the body, whatever the version.
      path(operation, { settings }) {
        const path = openaiResponsesDialect().path(operation, { model: '', settings });
        const version = String(settings['apiVersion']);
        if (path === undefined || version === 'v1') return path && `/openai/v1${path}`;
        return `/openai${path}?api-version=${version}`;
      },
    }),
  ),
  suffixes: 'gpt',
  authorize: ({ apiKey }) => ({ 'api-key': apiKey }),
});
