/**
 * The web app manifest, by which browsers offer to install the console. Its addresses are relative to its own, so that it
 * works below any prefix. There is no service worker: browsers ask for none, and the console has nothing to show without
 * its gateway.
 *
 * @param favicon path of the operator's own icon; empty for none
 */
export const webManifest = (name: string, favicon = ''): object => ({
  id: './',
  name,
  short_name: name.length > 12 ? name.split(' ', 1)[0] : name,
  start_url: './home',
  scope: './',
  display: 'standalone',
  // The canvas of the light theme; which theme is in force the pages say themselves.
  background_color: '#f8f9fb',
  theme_color: '#f8f9fb',
  icons: [
    ...(favicon === '' ? [] : [{ src: `./${favicon}`, sizes: 'any' }]),
    { src: './icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: './icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: './icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
});
