import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import type { KnownDirectoryGroup, WantedGroup } from '../../services/directory/directory-groups.ts';
import type { WantedUser } from '../../services/directory/directory-users.ts';
import type { KnownDirectoryUser } from '../../store/directories.ts';

/** People and groups as SCIM says them. */

const metaOf = ({ createdAt, updatedAt }: { readonly createdAt: number; readonly updatedAt: number }) => ({
  created: new Date(createdAt),
  lastModified: new Date(updatedAt),
});

/** Where the first word of a name ends; names are kept whole. */
function partsOf(name: string): {
  readonly formatted: string;
  readonly givenName: string;
  readonly familyName?: string;
} {
  const at = name.indexOf(' ');
  return at === -1
    ? { formatted: name, givenName: name }
    : { formatted: name, givenName: name.slice(0, at), familyName: name.slice(at + 1) };
}

export const userResource = (user: KnownDirectoryUser) => ({
  id: user.userId,
  ...(user.externalId !== null && { externalId: user.externalId }),
  userName: user.userName,
  name: partsOf(user.name),
  displayName: user.name,
  active: user.active,
  ...(user.email !== null && { emails: [{ value: user.email, type: 'work', primary: true }] }),
  meta: metaOf(user),
});

export const groupResource = (group: KnownDirectoryGroup) => ({
  id: group.id,
  ...(group.externalId !== null && { externalId: group.externalId }),
  displayName: group.name,
  members: group.userIds.map((value) => ({ value })),
  meta: metaOf(group),
});

const text = z.string().optional();
const userSchema = z.looseObject({
  userName: z.string().min(1).max(320),
  externalId: z.string().max(255).optional(),
  displayName: text,
  name: z.looseObject({ formatted: text, givenName: text, familyName: text }).optional(),
  active: z.boolean().optional(),
  emails: z.array(z.looseObject({ value: text, primary: z.boolean().optional() })).optional(),
});

/** What a directory wants of somebody. Of the names that it says, the one that it has changed counts. */
export function wantedUser(said: unknown, before: KnownDirectoryUser | undefined): WantedUser {
  const read = userSchema.safeParse(said);
  if (!read.success) throw strange(read.error);
  const { userName, externalId, displayName, name, active, emails } = read.data;
  const whole = [name?.givenName, name?.familyName].filter((part) => part !== undefined && part !== '').join(' ');
  const names = [displayName, name?.formatted, whole].filter((one) => one !== undefined && one.trim() !== '');
  const [primary] = (emails ?? []).toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true));
  return {
    userName,
    externalId: externalId ?? null,
    email: (primary?.value ?? userName).toLowerCase(),
    name: (names.find((one) => one !== before?.name) ?? before?.name ?? userName).slice(0, 100),
    active: active ?? true,
  };
}

const groupSchema = z.looseObject({
  displayName: z.string().min(1).max(255),
  externalId: z.string().max(255).optional(),
  members: z
    .array(z.looseObject({ value: z.string().min(1).max(80) }))
    .max(10_000)
    .optional(),
});

/** What a directory wants of a group. */
export function wantedGroup(said: unknown): WantedGroup {
  const read = groupSchema.safeParse(said);
  if (!read.success) throw strange(read.error);
  const { displayName, externalId, members = [] } = read.data;
  return { name: displayName, externalId: externalId ?? null, userIds: new Set(members.map(({ value }) => value)) };
}

function strange(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const param = issue?.path.join('.') ?? '';
  return new Refusal('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}`, { param });
}

/*
 * Directories send all that they know, in spellings of their own. What is not kept here is left out before the library sees it:
 * to it an attribute that it does not know is an error, and a directory would stop at it.
 */

const truth = z.preprocess(
  (value) => (typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value),
  z.unknown(),
);
const anyText = z.unknown();
const keptSchema = z.object({
  schemas: z.unknown().optional(),
  externalId: anyText.optional(),
  displayName: anyText.optional(),
  userName: anyText.optional(),
  active: truth.optional(),
  name: z
    .object({ formatted: anyText.optional(), givenName: anyText.optional(), familyName: anyText.optional() })
    .optional(),
  emails: z
    .array(z.object({ value: anyText.optional(), type: anyText.optional(), primary: truth.optional() }))
    .optional(),
  members: z.array(z.object({ value: anyText.optional() })).optional(),
});

/** What of a resource is kept; what is malformed goes on as it is, to be refused by the library's words. */
export function keptOf(body: unknown): unknown {
  const read = keptSchema.safeParse(body);
  if (!read.success) return body;
  const { schemas, ...rest } = read.data;
  // Extensions are among what is left out.
  const named = z.array(z.string()).safeParse(schemas);
  const core = named.data?.filter((id) => id.includes(':core:'));
  return { ...(schemas !== undefined && { schemas: core ?? schemas }), ...rest };
}

const mostOperations = 1000;
const patchSchema = z.looseObject({
  Operations: z.array(z.looseObject({ op: z.string(), path: z.string().optional(), value: z.unknown().optional() })),
});
type Operation = z.output<typeof patchSchema>['Operations'][number];

const keptNames: ReadonlySet<string> = new Set(Object.keys(keptSchema.shape).map((name) => name.toLowerCase()));

/** Whether a path such as `emails[type eq "work"].value` leads to something that is kept. */
const isKept = (path: string): boolean =>
  keptNames.has(/^(?:urn:[^ ]*:core:2\.0:(?:User|Group):)?(\w+)(?=$|[.[])/i.exec(path)?.[1]?.toLowerCase() ?? '');

/** A patch as the RFC has it, of what is kept; undefined when nothing of it is. Refuses one that takes long to read. */
export function keptPatch(body: unknown, maxPath: number): unknown {
  const read = patchSchema.safeParse(body);
  if (!read.success) return body;
  const all = read.data.Operations;
  if (all.length > mostOperations || all.some(({ path = '' }) => path.length > maxPath))
    throw new Refusal(
      'invalid_request',
      `A patch has ${mostOperations} operations at most, with paths of ${maxPath} characters.`,
      {
        param: 'Operations',
      },
    );
  const Operations = read.data.Operations.filter(({ path }) => path === undefined || isKept(path)).map(keptOperation);
  const left = Operations.filter(({ path, value }) => path !== undefined || !isEmpty(value));
  return left.length === 0 && read.data.Operations.length > 0 ? undefined : { ...read.data, Operations: left };
}

function keptOperation(operation: Operation): Operation {
  const { op, path, value } = operation;
  const changed = value === undefined ? {} : { value: keptValue(path?.toLowerCase(), value) };
  return { ...operation, op: op.toLowerCase(), ...changed };
}

function keptValue(path: string | undefined, value: unknown): unknown {
  if (path === undefined) return keptOf(value);
  // Read as the attribute that it is the value of.
  const whole = z.looseObject({}).safeParse(keptOf({ [path]: value }));
  return whole.data !== undefined && path in whole.data ? whole.data[path] : value;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
