import { errorSchema } from '@tollgate/contract/api/page';
import type { Declaration, Declarations } from '@tollgate/contract/operations/declare';
import { leastRole, type Role } from '@tollgate/contract/permissions';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { z } from 'zod';
import { statusOf } from './answer.ts';

/**
 * The OpenAPI 3.1 document of the admin API, made from the operations themselves. Its schemas are JSON Schema 2020-12,
 * which is what zod writes; the converters of the OpenAPI libraries fail on recursive schemas such as any JSON.
 */
export function describeApi(declarations: Declarations, version: string): JsonObject {
  const components = collectComponents();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, declared] of Object.entries<Declaration>(declarations)) {
    const path = `/api/v1${declared.path}`;
    paths[path] = { ...paths[path], [declared.method]: describeOperation(name, declared, components) };
  }
  const error = components.refer(errorSchema, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tollgate admin API',
      version,
      description:
        'Amounts that the gateway worked out are nano-dollars as decimal strings (`…Nanos`), amounts that people set are USD as decimal strings (`…Usd`). Moments are milliseconds since the epoch.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components.schemas,
      responses: { Refused: { description: 'Refused.', content: { 'application/json': { schema: error } } } },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Personal access token (`tgp_…`).' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tollgate.session_token',
          description: 'Session of the console. Calls that change something must come from its own origin.',
        },
      },
    },
  };
}

const audience: Record<Role, string> = {
  user: 'For whoever is signed in, on what is theirs.',
  admin: 'For administrators.',
  root: 'For root.',
};

function describeOperation(name: string, declared: Declaration, components: Components): Json {
  const { permission } = declared;
  const parameters = [
    ...parametersOf(declared.params, 'path', components),
    ...parametersOf(declared.query, 'query', components),
  ];
  return {
    operationId: name,
    summary: declared.summary,
    description:
      permission === 'public'
        ? 'Open to anybody.'
        : `${audience[leastRole(permission)]} Needs the permission \`${permission}\`.`,
    tags: [name.slice(0, name.indexOf('.'))],
    security: permission === 'public' ? [] : [{ token: [] }, { session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(declared.body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: components.refer(declared.body, 'input') } },
      },
    }),
    ...(declared.kind === 'relayed' && {
      requestBody: {
        required: true,
        description: `As \`${declared.to}\` takes it.`,
        content: { 'application/json': {} },
      },
    }),
    responses: {
      [String(statusOf(declared))]: describeAnswer(declared, components),
      default: { $ref: '#/components/responses/Refused' },
    },
  };
}

function describeAnswer(declared: Declaration, components: Components): Json {
  const { kind } = declared;
  if (kind === 'redirect')
    return { description: 'Go there.', headers: { location: { schema: { type: 'string', format: 'uri-reference' } } } };
  if (kind === 'file')
    return { description: 'The file.', content: Object.fromEntries(declared.contentTypes.map((type) => [type, {}])) };
  if (kind === 'events')
    return {
      description: 'Server-sent events; the data of each is JSON. One of type `problem` is an error, and the last.',
      content: {
        'text/event-stream': {
          schema: { type: 'string', contentMediaType: 'application/json' },
          'x-event-data': components.refer(declared.event, 'output'),
        },
      },
    };
  if (kind === 'relayed')
    return {
      description: `As \`${declared.to}\` answers, its errors included.`,
      content: { 'application/json': {}, 'text/event-stream': {} },
    };
  if (declared.answer === undefined) return { description: 'Done.' };
  return {
    description: 'Done.',
    content: { 'application/json': { schema: components.refer(declared.answer, 'output') } },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', components: Components): Json[] {
  const shape = objectShape.safeParse(schema === undefined ? undefined : components.refer(schema, 'input'));
  if (!shape.success) return [];
  const required = new Set(shape.data.required ?? []);
  return Object.entries(shape.data.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.has(name),
    schema: property,
  }));
}

const objectShape = z.object({
  properties: z.record(z.string(), z.json()),
  required: z.array(z.string()).optional(),
});

type Components = ReturnType<typeof collectComponents>;

/** Schemas with a name, or that refer to themselves, move to the document's components; the rest stays where it is. */
function collectComponents() {
  const schemas: Record<string, Json> = {};
  const names = new Map<string, string>();
  return {
    schemas,
    refer: (schema: z.ZodType, io: 'input' | 'output'): Json => {
      const { $schema: _schema, id: _id, $defs = {}, ...own } = jsonSchema.parse(z.toJSONSchema(schema, { io }));
      const renamed = new Map<string, string>();
      for (const [name, definition] of Object.entries($defs)) {
        // zod numbers what has no name, anew for each schema; equal ones become one.
        const text = JSON.stringify(definition);
        const known = names.get(text) ?? (name.startsWith('__') ? `Recursive${names.size}` : name);
        names.set(text, known);
        renamed.set(`#/$defs/${name}`, `#/components/schemas/${known}`);
      }
      for (const [name, definition] of Object.entries($defs)) {
        const target = renamed.get(`#/$defs/${name}`)?.slice('#/components/schemas/'.length);
        const { id: _definitionId, ...content } = jsonObject.parse(definition);
        if (target !== undefined) schemas[target] = redirect(content, renamed);
      }
      return redirect(own, renamed);
    },
  };
}

const jsonObject = z.record(z.string(), z.json());
const jsonSchema = z.object({ $defs: jsonObject.optional() }).catchall(z.json());

function redirect(value: Json, renamed: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => redirect(entry, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]: [string, Json]) => [
      name,
      name === '$ref' && typeof entry === 'string' ? (renamed.get(entry) ?? entry) : redirect(entry, renamed),
    ]),
  );
}
