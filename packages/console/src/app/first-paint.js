// Runs before the first paint, as a file of its own because the content security policy allows no inline script:
// a theme chosen earlier must not flash the other one. The key is that of lib/theme.ts.
try {
  const theme = localStorage.getItem('tollgate.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is shut off: the system's theme it is.
}
