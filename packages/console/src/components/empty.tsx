import type { ReactNode } from 'react';

type EmptyProps = {
  readonly title: string;
  readonly children: ReactNode;
  /** True where this is all of the page. */
  readonly page?: boolean;
};

/** What belongs here, and the one thing to do about its absence. */
export function Empty({ title, children, page = false }: EmptyProps) {
  const Title = page ? 'h1' : 'p';
  return (
    <div className="mx-auto max-w-md px-4 py-16 text-center">
      <Title className="text-base font-semibold">{title}</Title>
      <div className="mt-1.5 text-muted">{children}</div>
    </div>
  );
}
