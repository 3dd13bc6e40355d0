// "Notify me on this browser": asks the browser, subscribes, and hands the address to the hub.
const able = 'serviceWorker' in navigator && 'PushManager' in window;

function keyOf(text) {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(raw, letter => letter.charCodeAt(0));
}

function offer() {
  const form = document.getElementById('push');
  if (form && able && Notification.permission !== 'denied') form.hidden = false;
}

async function subscribe(form) {
  if (await Notification.requestPermission() !== 'granted') return;
  const worker = await navigator.serviceWorker.ready;
  const key = keyOf(form.dataset.key);
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = await worker.pushManager.subscribe(options);
  form.elements.subscription.value = JSON.stringify(subscription);
  form.dispatchEvent(new CustomEvent('subscribed'));
}

document.addEventListener('submit', event => {
  if (event.target.id !== 'push') return;
  event.preventDefault();
  event.stopPropagation();
  subscribe(event.target);
}, true);
document.addEventListener('htmx:afterSwap', offer);
document.addEventListener('htmx:after:swap', offer);
offer();
