/**
 * Where the console lives, ending in a slash. The page is built with relative addresses and no route is deeper than
 * one level, so it works under any base path without being told: the page's own folder is the base.
 */
export const base = new URL('.', document.baseURI);

/** Absolute address of a path of the gateway, such as `v1/models`. */
export const addressOf = (path: string): string => new URL(path, base).href;
