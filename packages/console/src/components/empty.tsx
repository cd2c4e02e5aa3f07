import type { ReactNode } from 'react';

/** What belongs here, and the one thing to do about its absence. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="mx-auto max-w-md px-4 py-16 text-center">
      <p className="text-base font-semibold">{title}</p>
      <div className="mt-1.5 text-muted">{children}</div>
    </div>
  );
}
