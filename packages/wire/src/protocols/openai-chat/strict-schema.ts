import type { LossTracker } from '../../ir/loss.ts';
import type { IrRequest } from '../../ir/request.ts';
import { isList, isObject } from '../../json/fields.ts';
import type { Json, JsonObject, ProtocolId } from '../../protocol.ts';

/** Deeper than any schema met; below it nothing is called strict. */
const MAX_DEPTH = 64;

/** What strict mode has no word for. https://platform.openai.com/docs/guides/structured-outputs#supported-schemas */
const refused: ReadonlySet<string> = new Set([
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'minProperties',
  'maxProperties',
  'prefixItems',
  'contains',
]);
const named: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);

/**
 * A schema as OpenAI's strict mode takes it: objects closed, every property required. Others' enforced schemas need be
 * neither. Undefined when closing it would say something else.
 */
function strictSchema(schema: JsonObject, depth = 0): JsonObject | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (refused.has(key)) return undefined;
    const inner = strictMember(key, value, depth);
    if (inner === undefined) return undefined;
    out[key] = inner;
  }
  const { type, properties } = schema;
  if (type !== 'object' && !(isList(type) && type.includes('object')) && properties === undefined) return out;
  if (!isObject(properties)) return undefined;
  const { required, additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined;
  const must = new Set(isList(required) ? required : []);
  if (!Object.keys(properties).every((name) => must.has(name))) return undefined;
  return { ...out, additionalProperties: false };
}

function strictMember(key: string, value: Json, depth: number): Json | undefined {
  if (named.has(key) && isObject(value)) {
    const members = Object.entries(value).map(([name, inner]) => [name, strictOf(inner, depth)] as const);
    return members.some(([, inner]) => inner === undefined)
      ? undefined
      : (Object.fromEntries(members) as { readonly [name: string]: Json });
  }
  if (key === 'items') return strictOf(value, depth);
  if (key !== 'anyOf' || !isList(value)) return value;
  const choices = value.map((inner) => strictOf(inner, depth));
  return choices.some((inner) => inner === undefined) ? undefined : (choices as readonly Json[]);
}

const strictOf = (value: Json, depth: number): Json | undefined =>
  isObject(value) ? strictSchema(value, depth + 1) : value;

const openais: ReadonlySet<ProtocolId> = new Set<ProtocolId>(['openai-chat', 'openai-responses']);

/**
 * The request with schemas as OpenAI enforces them; the argument itself when nothing changes. A client of OpenAI's own
 * protocols knows what strict mode wants; anybody else's schema is enforced where it can be.
 */
export function withStrictSchemas(request: IrRequest, lossTracker: LossTracker): IrRequest {
  const { format, tools } = request;
  if (openais.has(request.by)) return request;
  const strictly = <T extends Enforced>(holder: T, path: string): T => {
    if (holder.strict !== true || !holder.schema) return holder;
    const schema = strictSchema(holder.schema);
    if (schema) return { ...holder, schema };
    lossTracker.approximated(`${path}.strict`, 'OpenAI enforces only closed objects whose properties are all required');
    return { ...holder, strict: false };
  };
  const formatEnforced = format?.type === 'schema' && format.strict === true;
  if (!formatEnforced && !tools?.some((tool) => tool.type === 'function' && tool.strict === true)) return request;
  return {
    ...request,
    ...(format?.type === 'schema' ? { format: strictly(format, 'format') } : {}),
    ...(tools
      ? { tools: tools.map((tool, i) => (tool.type === 'function' ? strictly(tool, `tools[${i}]`) : tool)) }
      : {}),
  };
}

type Enforced = { readonly schema?: JsonObject | undefined; readonly strict?: boolean | undefined };
