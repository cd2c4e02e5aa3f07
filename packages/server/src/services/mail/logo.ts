export type LogoDeps = {
  /** Asks for the operator's logo; addresses inside are refused. */
  readonly fetch: (url: string) => Promise<Response>;
  /** ms since the epoch. */
  readonly now: () => number;
};

type LogoImage = { readonly filename: string; readonly content: Buffer; readonly contentType: string };

const freshMs = 60 * 60_000;
/** Kinds of pictures that programs for mail show. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/gif', 'gif'],
]);

/**
 * The operator's logo as a part of a letter, so that who reads it asks nobody for it. One that cannot be had, or is no
 * picture for mail, is left out: the name of the site stands there anyway.
 */
export function openLogo({ fetch, now }: LogoDeps) {
  let kept: { readonly url: string; readonly at: number; readonly image: LogoImage | undefined } | undefined;
  return async (url: string): Promise<LogoImage | undefined> => {
    if (url === '') return undefined;
    if (kept?.url !== url || now() - kept.at > freshMs)
      kept = { url, at: now(), image: await read(fetch, url).catch(() => undefined) };
    return kept.image;
  };
}

async function read(fetch: LogoDeps['fetch'], url: string): Promise<LogoImage | undefined> {
  const answer = await fetch(url);
  const contentType = answer.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const ending = kinds.get(contentType);
  if (!answer.ok || ending === undefined) return undefined;
  return { filename: `logo.${ending}`, content: Buffer.from(await answer.arrayBuffer()), contentType };
}
