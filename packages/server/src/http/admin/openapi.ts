import { errorSchema } from '@tollgate/contract/api/page';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { z } from 'zod';
import type { Operation } from './operation.ts';

/**
 * The OpenAPI 3.1 document of the admin API, made from the operations themselves. Its schemas are JSON Schema 2020-12,
 * which is what zod writes; the converters of the OpenAPI libraries fail on recursive schemas such as any JSON.
 */
export function describeApi(operations: readonly Operation[], version: string): JsonObject {
  const components = collectComponents();
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const path = `/api/v1${operation.path}`;
    paths[path] = { ...paths[path], [operation.method]: describeOperation(operation, components) };
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

const accessWords: Record<Operation['access'], string> = {
  public: 'Open to anybody.',
  self: 'For whoever is signed in, on what is theirs.',
  admin: 'For administrators.',
  root: 'For root.',
};

function describeOperation(operation: Operation, components: Components): Json {
  const parameters = [
    ...parametersOf(operation.params, 'path', components),
    ...parametersOf(operation.query, 'query', components),
  ];
  return {
    operationId: operation.name,
    summary: operation.summary,
    description: accessWords[operation.access],
    tags: [operation.name.slice(0, operation.name.indexOf('.'))],
    security: operation.access === 'public' ? [] : [{ token: [] }, { session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: components.refer(operation.body, 'input') } },
      },
    }),
    responses: {
      ...(operation.answer === undefined
        ? { '204': { description: 'Done.' } }
        : {
            [operation.name.endsWith('.create') ? '201' : '200']: {
              description: 'Done.',
              content: { 'application/json': { schema: components.refer(operation.answer, 'output') } },
            },
          }),
      default: { $ref: '#/components/responses/Refused' },
    },
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
