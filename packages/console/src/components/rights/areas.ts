import { permissionNames, type Permission } from '@tollgate/contract/permissions';

/** What permissions are about, such as `channels`. */
export type Area = Permission extends `${infer A}:${string}` ? A : never;

export const acts = ['read', 'write'] as const;
export type Act = (typeof acts)[number];

/** The permission to do something in an area; undefined where there is none. */
export const permissionOf = (area: Area, act: Act): Permission | undefined =>
  permissionNames.find((name) => name === `${area}:${act}`);

const isArea = (text: string): text is Area => permissionNames.some((name) => name.startsWith(`${text}:`));

/** The areas of these permissions, in the order of the table. */
export const areasOf = (permissions: readonly Permission[]): readonly Area[] =>
  [
    ...new Set(permissionNames.filter((name) => permissions.includes(name)).map((name) => name.split(':')[0] ?? '')),
  ].filter(isArea);
