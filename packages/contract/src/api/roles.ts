import { z } from 'zod';
import { choicesOf, ownAccount, permissionNames, roles, type Permission, type Reach } from '../permissions.ts';
import { lineSchema, momentSchema } from './page.ts';
import { permissionSchema } from './rights.ts';

/** Roles of the operator's own, and what single persons have beyond or short of their role. */

export const roleNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,19}$/, 'is 1 to 20 small letters, digits, dashes or underscores')
  .describe('Name of the role: `root`, `admin`, `user`, or one of your own.');

const isBuiltIn = (name: string): boolean => roles.some((role) => role === name);

const ownRoleNameSchema = roleNameSchema.refine((name) => !isBuiltIn(name), 'is the name of a role that is built in');

const reachSchema = z.enum(['own', 'any']);

type Given = Readonly<Partial<Record<Permission, Reach | 'none'>>>;

/** Refuses what nobody but root can have, and what reaches further than it can. */
function refuseMisfits(given: Given, context: z.RefinementCtx): void {
  for (const name of permissionNames) {
    const reach = given[name];
    if (reach === undefined || reach === 'none' || ownAccount.has(name)) continue;
    const choices = choicesOf(name);
    if (choices.includes(reach)) continue;
    const message = choices.length === 0 ? 'is root’s alone' : `must be ${choices.join(' or ')}`;
    context.addIssue({ code: 'custom', path: [name], message });
  }
}

const shownGrantsSchema = z.partialRecord(permissionSchema, reachSchema);

const grantsSchema = shownGrantsSchema
  .superRefine(refuseMisfits)
  .describe(
    'Permissions that the role has, with `own` for what belongs to the person and `any` for everybody’s. It has no others, except those of one’s own account.',
  );

const descriptionField = lineSchema(200).or(z.literal(''));

export const roleInputSchema = z.strictObject({
  name: ownRoleNameSchema,
  description: descriptionField.default(''),
  permissions: grantsSchema,
});
export type RoleInput = z.output<typeof roleInputSchema>;

export const rolePatchSchema = z.strictObject({ description: descriptionField, permissions: grantsSchema }).partial();
export type RolePatch = z.output<typeof rolePatchSchema>;

export const roleViewSchema = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    builtIn: z.boolean().describe('Comes with the gateway and cannot be changed.'),
    permissions: shownGrantsSchema,
    people: z.int().describe('How many have it.'),
    owner: z.string().nullable().describe('The config file that manages it.'),
    updatedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Role' });
export type RoleView = z.output<typeof roleViewSchema>;

export const shownExceptionsSchema = z
  .partialRecord(permissionSchema, z.enum(['none', 'own', 'any']))
  .describe('What this person has beyond their role (`own`, `any`), or has not got although it has (`none`).');

export const exceptionsSchema = shownExceptionsSchema.superRefine(refuseMisfits);
