/** The barrier of a toll gate, raised. */
export function Logo({ className = 'size-7' }: { readonly className?: string }) {
  return (
    <svg aria-hidden="true" className={`shrink-0 ${className}`} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <g fill="none" strokeWidth="3" strokeLinecap="round" className="stroke-accent-ink">
        <path d="M9 25V13m0 2 15-7M6 25h6" />
      </g>
    </svg>
  );
}
