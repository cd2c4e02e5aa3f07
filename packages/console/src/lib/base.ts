/**
 * Where the console lives, ending in a slash: what the gateway says in the page's `<base>`, or the root of the site while
 * developing.
 */
export const base = new URL('.', document.querySelector('base') === null ? window.location.origin : document.baseURI);

/** Absolute address of a path of the gateway, such as `v1/models`. */
export const addressOf = (path: string): string => new URL(path, base).href;
