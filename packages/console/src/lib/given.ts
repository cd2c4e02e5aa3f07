type Optional<T> = { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };
type Required<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] };

/** Without what is undefined: to the parts of the kit a property that is absent is not one that is undefined. */
export function given<T extends object>(props: T): Optional<T> & Required<T> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Optional<T> &
    Required<T>;
}
