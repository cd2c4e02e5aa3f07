// Runs before the first paint, as a file of its own: what was chosen earlier must not flash the other look. The keys are
// those of lib/preferences.ts.
try {
  const { dataset } = document.documentElement;
  const theme = localStorage.getItem('tollgate.theme');
  if (theme === 'light' || theme === 'dark') dataset.theme = theme;
  if (localStorage.getItem('tollgate.density') === 'comfortable') dataset.density = 'comfortable';
} catch {
  // Storage is shut off: the system's theme it is.
}
