// Keeps the page for times without a connection, where the address allows it, and says where it does not.
const KEPT = 'kindstep', EVERY_MS = 5 * 60_000;

for (const part of document.querySelectorAll('[data-insecure]')) part.hidden = window.isSecureContext;

for (const part of document.querySelectorAll('[data-if-kept]')) part.hidden = !('kept' in document.body.dataset);

// What is kept should be what was seen last, not what the page began with.
async function keep() {
  if (!navigator.serviceWorker.controller || !['live', undefined].includes(document.body.dataset.link)) return;
  const path = location.pathname + location.search;
  try {
    const answer = await fetch(path, { keepalive: true });
    if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(path, answer);
  } catch { /* the next time */ }
}

if ('serviceWorker' in navigator) {
  addEventListener('load', () => navigator.serviceWorker.register('/static/worker.js', { scope: '/' }));
  navigator.serviceWorker.addEventListener('controllerchange', keep);
  document.addEventListener('visibilitychange', () => document.hidden && keep());
  setInterval(() => document.hidden || keep(), EVERY_MS);
}
