// Preloaded into a server started by `npm start`: when the script that started it is gone (even by SIGKILL, which
// nobody can forward), the server stops as if told to.

const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 500).unref();
