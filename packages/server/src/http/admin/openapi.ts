import { errorSchema } from '@tollgate/contract/api/page';
import type { z } from 'zod';
import type { Operation } from './operation.ts';

/** The OpenAPI 3.1 document of the admin API, made from the operations themselves. */
export async function describeApi(operations: readonly Operation[], version: string) {
  // 100 ms to load, and asked for by people who read: not part of the start.
  const { OpenAPIHono } = await import('@hono/zod-openapi');
  const describer = new OpenAPIHono();
  const registry = describer.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Personal access token (`tgp_…`).',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'tollgate.session_token',
    description: 'Session of the console. Calls that change something must come from its own origin.',
  });
  for (const operation of operations)
    registry.registerPath({
      operationId: operation.name,
      method: operation.method,
      path: `/api/v1${operation.path}`,
      summary: operation.summary,
      tags: [operation.name.slice(0, operation.name.indexOf('.'))],
      description: accessWords[operation.access],
      security: operation.access === 'public' ? [] : [{ token: [] }, { session: [] }],
      request: {
        ...(isObject(operation.params) && { params: operation.params }),
        ...(isObject(operation.query) && { query: operation.query }),
        ...(operation.body !== undefined && {
          body: { required: true, content: { 'application/json': { schema: operation.body } } },
        }),
      },
      responses: {
        ...(operation.answer === undefined
          ? { 204: { description: 'Done.' } }
          : {
              [operation.name.endsWith('.create') ? 201 : 200]: {
                description: 'Done.',
                content: { 'application/json': { schema: operation.answer } },
              },
            }),
        default: { description: 'Refused.', content: { 'application/json': { schema: errorSchema } } },
      },
    });
  return describer.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tollgate admin API',
      version,
      description:
        'Amounts that the gateway worked out are nano-dollars as decimal strings (`…Nanos`), amounts that people set are USD as decimal strings (`…Usd`). Moments are milliseconds since the epoch.',
    },
    servers: [{ url: '/' }],
  });
}

const accessWords: Record<Operation['access'], string> = {
  public: 'Open to anybody.',
  self: 'For whoever is signed in, on what is theirs.',
  admin: 'For administrators.',
  root: 'For root.',
};

const isObject = (schema: z.ZodType | undefined): schema is z.ZodObject => schema?.type === 'object';
