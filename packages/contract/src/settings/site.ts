import { z } from 'zod';
import { forAll } from './kinds.ts';
import { leaf } from './leaf.ts';

/** What administrators write for everybody to read. It is shown as Markdown without HTML. */
const text = (max: number, description: string) =>
  leaf(z.string().max(max), '', { ...forAll, unit: 'none', description });

/** For whom a gateway is run: what its console speaks of follows from it. */
export const siteModes = ['personal', 'team', 'public'] as const;
export type SiteMode = (typeof siteModes)[number];

/** To whom a page about the models is open. */
export const doors = ['closed', 'members', 'public'] as const;
export type Door = (typeof doors)[number];
const door = (fallback: Door, description: string) =>
  leaf(z.enum(doors), fallback, { ...forAll, unit: 'none', description });

/** The name of an image that was given to the gateway (`site.images.add`): the hash of its bytes, and its kind. */
export const siteImageName = /^[0-9a-f]{32}\.(png|jpg|webp)$/;
const image = (description: string) =>
  leaf(z.union([z.string().regex(siteImageName), z.literal('')]), '', { ...forAll, unit: 'none', description });

/**
 * A link that opens a client with a key filled in: its name, a bar, and its address with `{key}`, `{address}` and `{model}` in
 * it. No scheme that a browser would run as code.
 */
const clientLink = z
  .string()
  .max(1000)
  .regex(/^[^|]{1,40}\|(?!\s*(?:javascript|data|vbscript|blob|file):)\s*[a-z][a-z0-9+.-]{0,40}:\S{1,900}$/i);

/** The address that a first page is shown from; undefined where it is HTML, or where there is none. */
export function firstPageAddress(firstPage: string): string | undefined {
  const text = firstPage.trim();
  return /^https:\/\/[^\s<>"'`;,]+$/i.test(text) && URL.canParse(text) ? text : undefined;
}

/** What is no address may be HTML, but no address of another kind or with a slip in it. */
const isFirstPage = (text: string): boolean =>
  !/^\s*[a-z][a-z0-9+.-]*:\S*\s*$/i.test(text) || firstPageAddress(text) !== undefined;

/** How the gateway presents itself. */
export const site = {
  name: leaf(z.string().min(1).max(60), 'Tollgate', {
    ...forAll,
    unit: 'none',
    description: 'Name shown in the console.',
  }),
  publicUrl: leaf(z.union([z.url(), z.literal('')]), '', {
    ...forAll,
    unit: 'none',
    description: 'Address under which users reach the gateway, for links and ready-made configurations.',
  }),
  mode: leaf(z.enum(siteModes), 'team', {
    ...forAll,
    unit: 'none',
    description: 'For whom the gateway is run: `personal`, `team` or `public`. Decides what the console speaks of.',
  }),
  logoUrl: leaf(z.union([z.url({ protocol: /^https$/ }).max(1000), z.literal('')]), '', {
    ...forAll,
    unit: 'none',
    description:
      'Address (https) of a logo that the gateway fetches once and serves itself; an uploaded one goes before it.',
  }),
  logo: image('Uploaded image that replaces our logo; empty for ours.'),
  logoDark: image('The same for the dark theme; empty for the one of the light theme.'),
  favicon: image('Uploaded image for the tabs of browsers; empty for ours.'),
  clients: leaf(z.array(clientLink).max(40), [], {
    ...forAll,
    unit: 'none',
    description:
      'Links that open a client with a new key filled in, as `Name|address` with `{key}`, `{address}` and `{model}`; empty for those that the console knows.',
  }),
  marketplace: door(
    'members',
    'Who sees the models with their capabilities and prices: nobody, `members`, or everybody.',
  ),
  status: door('members', 'Who sees the uptime and speed of each model.'),
  rankings: door('closed', 'Who sees which models are used most, as shares.'),
  footer: text(2000, 'Markdown below every page.'),
  announcement: text(4000, 'Markdown at the top of every page, until it is emptied; anybody can read it.'),
  firstPage: leaf(
    z.string().max(200_000).refine(isFirstPage, 'must be HTML, or one address that begins with https://'),
    '',
    {
      ...forAll,
      unit: 'none',
      description:
        'First page for visitors in place of ours: HTML, which runs no scripts, or the address (https) of a page that is shown in a frame. Empty: ours, in the mode `public`.',
    },
  ),
  faq: text(50_000, 'Questions and answers, in Markdown; empty for no such page.'),
  about: text(50_000, 'Who runs this gateway, in Markdown; empty for no such page.'),
  terms: text(100_000, 'Terms of use, in Markdown; empty for no such page.'),
  privacy: text(100_000, 'Privacy policy, in Markdown; empty for no such page.'),
};
