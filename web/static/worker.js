// Shows what a push says, tells the hub that it came, and opens the page when it is touched.
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
