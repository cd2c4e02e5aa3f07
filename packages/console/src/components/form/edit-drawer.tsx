import { Fragment, type ReactNode } from 'react';
import { Drawer } from '../ui/dialog.tsx';

type Named = { readonly id: string; readonly name: string };

type EditDrawerProps<T extends Named> = {
  /** What is edited; undefined closes the drawer. */
  readonly thing: T | 'new' | undefined;
  /** The title while a new one is made. */
  readonly create: string;
  readonly onClose: () => void;
  /** The form, of its own for each thing: undefined is a new one. */
  readonly children: (thing: T | undefined) => ReactNode;
};

/** The drawer in which one of a list is made or changed. */
export const EditDrawer = <T extends Named>({ thing, create, onClose, children }: EditDrawerProps<T>) => (
  <Drawer
    open={thing !== undefined}
    onClose={onClose}
    title={thing === undefined || thing === 'new' ? create : thing.name}
  >
    {thing !== undefined && (
      <Fragment key={thing === 'new' ? 'new' : thing.id}>{children(thing === 'new' ? undefined : thing)}</Fragment>
    )}
  </Drawer>
);
