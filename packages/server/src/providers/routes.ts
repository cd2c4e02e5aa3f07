import { operations, textProtocolIds, type Operation, type ProtocolId } from '@tollgate/wire/protocol';
import { z } from 'zod';

/** Names of models, exact or `re:` and a regular expression. */
const modelRule = z.string().min(1).max(200).refine(isModelRule, 'must be a name, or re: and a regular expression');

/** Paths and values may name what stands in the channel. */
const routePath = z
  .string()
  .max(500)
  .regex(/^\/[\x21-\x7e]*$/, 'must be a path that begins with /')
  .refine(
    (path) => [...path.matchAll(/\{([^{}]*)\}/g)].every(([, name]) => name === 'model'),
    'knows {model} and no other',
  );

const routeAuth = z.discriminatedUnion('in', [
  z.strictObject({ in: z.literal('none') }),
  z.strictObject({
    in: z.enum(['header', 'query']),
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a header or parameter'),
    value: z
      .string()
      .max(300)
      .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')
      .default('{apiKey}'),
  }),
]);

const route = z.strictObject({
  protocol: z.enum(textProtocolIds.filter((id) => id !== 'bedrock-converse')),
  operation: z.enum(operations).default('chat'),
  clients: z.array(z.enum(textProtocolIds)).min(1).optional(),
  models: z.array(modelRule).optional(),
  path: routePath,
  streamPath: routePath.optional(),
  auth: routeAuth.optional(),
});

/** Which clients and models are served where, by which protocol and with which secret. The first rule that fits is taken. */
export type Route = z.infer<typeof route>;

const listed = z
  .array(route)
  .min(1)
  .max(100)
  .superRefine((routes, context) => {
    routes.forEach((later, index) => {
      const before = routes.slice(0, index).findIndex((earlier) => hides(earlier, later));
      if (before < 0) return;
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `is never reached: rule ${before + 1} takes all models of the same clients`,
      });
    });
  });

/** The setting that holds the rules. */
export const routesSetting = listed.meta({
  label: 'Routes',
  help: 'Rules in order: protocol spoken upstream, operation, whose clients, models (exact or re:…), path, and how the key is placed.',
});

function hides(earlier: Route, later: Route): boolean {
  if (earlier.operation !== later.operation) return false;
  const all = earlier.models === undefined || earlier.models.length === 0;
  return (
    all && (earlier.clients === undefined || (later.clients?.every((one) => earlier.clients?.includes(one)) ?? false))
  );
}

function isModelRule(rule: string): boolean {
  if (!rule.startsWith('re:')) return true;
  try {
    return new RegExp(rule.slice(3), 'u').source !== '';
  } catch {
    return false;
  }
}

/** What a rule may depend on. */
type RouteTarget = {
  readonly model: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly stream?: boolean | undefined;
  /** Whose clients ask; undefined for anybody. */
  readonly client?: ProtocolId | undefined;
};

type Compiled = { readonly route: Route; fits(model: string): boolean };

/** Rules are read once for each version of a channel's settings. */
const compiled = new WeakMap<object, readonly Compiled[]>();

function rulesOf(settings: Readonly<Record<string, unknown>>): readonly Compiled[] {
  const { routes } = settings;
  if (typeof routes !== 'object' || routes === null) return [];
  let rules = compiled.get(routes);
  if (!rules) compiled.set(routes, (rules = (listed.safeParse(routes).data ?? []).map(compile)));
  return rules;
}

function compile(one: Route): Compiled {
  const { models = [] } = one;
  const exact = new Set(models);
  const patterns = models.filter((rule) => rule.startsWith('re:')).map((rule) => new RegExp(rule.slice(3), 'u'));
  const fits = (model: string): boolean =>
    models.length === 0 || exact.has(model) || patterns.some((pattern) => pattern.test(model));
  return { route: one, fits };
}

/**
 * The rule for what is asked of a model, where it speaks this protocol; undefined when there is none. The first that fits the
 * client and the model counts, whatever it speaks: the client is then passed through, or translated for.
 */
export function routeFor(protocol: ProtocolId, operation: Operation, target: RouteTarget): Route | undefined {
  const found = rulesOf(target.settings).find(
    ({ route: { clients, ...rule }, fits }) =>
      rule.operation === operation &&
      (clients === undefined || clients.some((client) => client === target.client)) &&
      fits(target.model),
  );
  return found?.route.protocol === protocol ? found.route : undefined;
}

/** Where a rule is asked. */
export const routePathOf = ({ path, streamPath }: Route, { model, stream }: RouteTarget): string =>
  ((stream ? streamPath : undefined) ?? path).replaceAll('{model}', encodeURIComponent(model));

/** What a rule's own way to place the key makes of a call; undefined for a rule that leaves it to the provider. */
export function placedByRoute(
  { auth }: Route,
  credential: Readonly<Record<string, string>>,
): { readonly headers: Readonly<Record<string, string>>; readonly query: string } | undefined {
  if (auth === undefined) return undefined;
  if (auth.in === 'none') return { headers: {}, query: '' };
  const value = auth.value.replaceAll(/\{(\w+)\}/g, (_, name: string) => credential[name] ?? '');
  return auth.in === 'header'
    ? { headers: { [auth.name.toLowerCase()]: value }, query: '' }
    : { headers: {}, query: `${auth.name}=${encodeURIComponent(value)}` };
}
