/**
 * Who may do what: the one table. Every operation of the admin API names a permission of it (or is public), services ask
 * it for what lies within an operation, and the console shows what it allows. It has no dependencies, so that the console
 * can carry it.
 *
 * A cell says whose things a role reaches with a permission: `own` is what belongs to the caller, `any` is everybody's.
 * An empty cell is a refusal. An access token has what its owner has, or the part of it that its scopes name; one that only
 * reads has the rows marked so.
 */
const table = {
  'account:read': { user: 'own', admin: 'own', root: 'own', readOnly: true },
  'account:write': { user: 'own', admin: 'own', root: 'own' },
  'keys:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'keys:write': { user: 'own', admin: 'any', root: 'any' },
  /** Asking models as keys of one's own, at their cost. */
  'playground:write': { user: 'own', admin: 'own', root: 'own' },
  'tokens:read': { user: 'own', admin: 'own', root: 'own', readOnly: true },
  'tokens:write': { user: 'own', admin: 'own', root: 'own' },
  'requests:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'wallets:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'wallets:write': { admin: 'any', root: 'any' },
  /** Redeeming codes and buying credit for oneself. */
  'purchases:read': { user: 'own', admin: 'own', root: 'own', readOnly: true },
  'purchases:write': { user: 'own', admin: 'own', root: 'own' },
  'orders:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'orders:write': { admin: 'any', root: 'any' },
  'subscriptions:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'subscriptions:write': { user: 'own', admin: 'any', root: 'any' },
  /** Giving subscriptions for nothing, and ending them. */
  'grants:write': { admin: 'any', root: 'any' },
  'budgets:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'budgets:write': { user: 'own', admin: 'any', root: 'any' },
  /** Teams that one is in, as far as one's role there allows; for administrators all of them. */
  'teams:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'teams:write': { user: 'own', admin: 'any', root: 'any' },
  /** Keys to providers that people and teams bring. Administrators see that there are such, and stop them by `channels:write`. */
  'providerKeys:read': { user: 'own', admin: 'any', root: 'any', readOnly: true },
  'providerKeys:write': { user: 'own', admin: 'own', root: 'own' },
  'plans:read': { admin: 'any', root: 'any', readOnly: true },
  'plans:write': { root: 'any' },
  'payments:read': { admin: 'any', root: 'any', readOnly: true },
  'payments:write': { root: 'any' },
  'codes:read': { admin: 'any', root: 'any', readOnly: true },
  'codes:write': { admin: 'any', root: 'any' },
  'sales:read': { admin: 'any', root: 'any', readOnly: true },
  'sales:write': { root: 'any' },

  'users:read': { admin: 'any', root: 'any', readOnly: true },
  'users:write': { admin: 'any', root: 'any' },
  /** Acting on administrators and roots, and giving out their roles. */
  'administrators:write': { root: 'any' },

  /** Who may sign in by way of whom. Whoever may change that could let themselves in as anybody. */
  'signIn:read': { admin: 'any', root: 'any', readOnly: true },
  'signIn:write': { root: 'any' },

  'channels:read': { admin: 'any', root: 'any', readOnly: true },
  'channels:write': { admin: 'any', root: 'any' },
  /** What of a channel is secret or says where secrets go: credentials, addresses, overrides, proxies. */
  'credentials:write': { admin: 'any', root: 'any' },
  /** Sending stored secrets to another address than they were given for. */
  'secrets:write': { root: 'any' },
  'models:read': { admin: 'any', root: 'any', readOnly: true },
  'models:write': { admin: 'any', root: 'any' },
  'groups:read': { admin: 'any', root: 'any', readOnly: true },
  'groups:write': { admin: 'any', root: 'any' },
  'settings:read': { admin: 'any', root: 'any', readOnly: true },
  'settings:write': { root: 'any' },
  'jobs:read': { admin: 'any', root: 'any', readOnly: true },
  'jobs:write': { admin: 'any', root: 'any' },
  'status:read': { admin: 'any', root: 'any', readOnly: true },
  'audit:read': { admin: 'any', root: 'any', readOnly: true },
} as const satisfies Record<`${string}:${'read' | 'write'}`, Row>;

/** Roles of people, the most powerful first. */
export const roles = ['root', 'admin', 'user'] as const;
export type Role = (typeof roles)[number];

/** Whose things a permission reaches: the caller's own, or anybody's. */
export type Reach = 'own' | 'any';

/** Which permissions somebody has, and how far each reaches; what is not named they have not got. */
export type Reaches = ReadonlyMap<Permission, Reach>;

/** What somebody may do, by whatever way they come. */
export type Rights = {
  readonly role: Role;
  /** What they have instead of what the table says of `role`; root has everything all the same. */
  readonly reaches?: Reaches | undefined;
  /** What the access token that they call by is limited to; absent for no limit. */
  readonly scope?: ReadonlySet<Permission> | undefined;
};

type Row = Readonly<Partial<Record<Role, Reach>>> & { readonly root: Reach; readonly readOnly?: true };

/** A permission in words, such as `channels:write`. */
export type Permission = keyof typeof table;

export const permissions: Readonly<Record<Permission, Row>> = table;

/** Every permission, in the order of the table. */
export const permissionNames = Object.keys(table) as readonly Permission[];

/** What a token that only reads is limited to. */
export const readingScope: ReadonlySet<Permission> = new Set(
  permissionNames.filter((name) => permissions[name].readOnly === true),
);

/** Whose things somebody reaches with a permission; undefined when they have not got it. */
export function reachOf(permission: Permission, { role, reaches, scope }: Rights): Reach | undefined {
  if (scope?.has(permission) === false) return undefined;
  return reaches === undefined || role === 'root' ? permissions[permission][role] : reaches.get(permission);
}

/** Whether somebody has a permission at all, be it for what is their own or for everything. */
export const may = (permission: Permission, rights: Rights): boolean => reachOf(permission, rights) !== undefined;

/** Whether somebody reaches what belongs to others. */
export const reachesAny = (permission: Permission, rights: Rights): boolean => reachOf(permission, rights) === 'any';

/** Whether somebody reaches what belongs to others with any permission at all, whatever token they come by. */
export const reachesOthers = ({ role, reaches }: Rights): boolean =>
  permissionNames.some((name) => reachesAny(name, { role, reaches }));

/** The least powerful role that has a permission. */
export function leastRole(permission: Permission): Role {
  const role = roles.findLast((one) => may(permission, { role: one }));
  if (role === undefined) throw new Error(`nobody has ${permission}`);
  return role;
}

/** What one does with one's own account, by which a second factor is set up too. */
export const ownAccount: ReadonlySet<Permission> = new Set<Permission>(['account:read', 'account:write']);

/** What is root's alone: whoever had it could make themselves root, or enter as anybody. */
export const rootOnly: ReadonlySet<Permission> = new Set<Permission>(['administrators:write', 'signIn:write']);

/** How far a permission can reach at most: the furthest that the table lets anybody reach by it. */
export const furthestOf = (permission: Permission): Reach => permissions[permission].root;

/** What a role of the operator's own, or an exception of one person, may say of a permission. */
export function choicesOf(permission: Permission): readonly Reach[] {
  if (rootOnly.has(permission)) return [];
  const { user, root } = permissions[permission];
  return user === 'own' && root === 'any' ? ['own', 'any'] : [root];
}

/** A person's own deviations from their role. */
export type Exceptions = Readonly<Partial<Record<Permission, Reach | 'none'>>>;

/**
 * What somebody has who is not simply of a built-in role: what a role of the operator's own names, or else what the table
 * says of `role`, with their exceptions. Undefined where the table alone says it. What one does with one's own account
 * is everybody's.
 */
export function reachesOf(
  role: Role,
  own: Readonly<Partial<Record<Permission, Reach>>> | undefined,
  exceptions: Exceptions | undefined,
): Reaches | undefined {
  if (role === 'root' || (own === undefined && exceptions === undefined)) return undefined;
  const reaches = new Map<Permission, Reach>();
  for (const name of permissionNames) {
    const byRole = own === undefined ? permissions[name][role] : own[name];
    const reach = rootOnly.has(name) ? undefined : (exceptions?.[name] ?? byRole);
    if (ownAccount.has(name)) reaches.set(name, 'own');
    else if (reach !== undefined && reach !== 'none') reaches.set(name, reach);
  }
  return reaches;
}
