/** How sheets that lie above the page look; they share their layers and their edges. */
export const backdrop =
  'fixed inset-0 z-40 bg-black/30 dark-scheme:bg-black/55 entering:animate-fade-in exiting:animate-fade-out';
export const raised = 'rounded-lg border border-line bg-raised text-ink shadow-overlay';
export const popup = `${raised} entering:animate-appear exiting:animate-fade-out`;
