// Keeps a participant's pages as they were last shown, for when nothing can be reached, and shows
// what a push says. The network always comes first: nothing kept is shown while it answers.
const KEPT = 'kindstep', PAGES = ['/', '/trends', '/me'], PATIENCE_MS = 8000, AWAY = '/static/away.html';
const SHELL = [
  AWAY, '/static/app.css', '/static/live.js', '/static/line.js', '/static/outbox.js', '/static/offline.js',
  '/static/push.js', '/static/icon.svg', '/static/app.webmanifest', '/static/vendor/htmx-4.0.1/htmx.min.js',
  '/static/vendor/inter-5.3.0/inter-latin-wght-normal.woff2',
];

self.addEventListener('install', event => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then(kept => kept.addAll(SHELL)));
});
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', event => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname === '/out') event.waitUntil(forget());
  else if (request.method !== 'GET') return;
  else if (request.mode === 'navigate') event.respondWith(page(request, pathname));
  else if (pathname.startsWith('/static/')) event.respondWith(file(request));
});

async function page(request, pathname) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 401) await forget();
    else if (answer.ok && !answer.redirected && PAGES.includes(pathname)) await kept.put(request, answer.clone());
    return answer;
  } catch {
    const last = await kept.match(request, { ignoreVary: true });
    return last ? marked(last) : await kept.match(AWAY) ?? Response.error();
  }
}

// A kept page says that it is one: its numbers are of then.
async function marked(last) {
  const html = (await last.text()).replace('<body', '<body data-kept');
  return new Response(html, { headers: last.headers });
}

async function file(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok && await kept.match(request)) await kept.put(request, answer.clone());
    return answer;
  } catch {
    return await kept.match(request, { ignoreVary: true }) ?? Response.error();
  }
}

// Whoever signs out leaves nothing of theirs on the device.
async function forget() {
  const kept = await caches.open(KEPT);
  for (const request of await kept.keys()) if (PAGES.includes(new URL(request.url).pathname)) await kept.delete(request);
}

self.addEventListener('push', event => {
  const { tag, text } = event.data.json();
  const told = fetch(`/push/${encodeURIComponent(tag)}/received`, {
    method: 'POST', credentials: 'same-origin',
  }).catch(() => {});
  const shown = self.registration.showNotification('kindstep', {
    body: text, tag, icon: '/static/icon-512.png',
  });
  event.waitUntil(Promise.all([shown, told]));
});

self.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow('/'));
});
