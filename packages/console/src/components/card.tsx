import type { ReactNode } from 'react';

/** A sheet on the canvas. */
export function Card({ children, className = '' }: { readonly children: ReactNode; readonly className?: string }) {
  return <div className={`rounded-lg border border-line bg-surface shadow-xs ${className}`}>{children}</div>;
}
