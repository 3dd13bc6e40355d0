// What was tapped without a connection is kept on this device and sent when there is one. Every form
// carries a key that the hub counts once, so it makes no difference which of two tries arrived.
const NAME = 'kindstep-outbox', AGAIN_MS = 30_000;
const waiting = () => JSON.parse(localStorage.getItem(NAME) ?? '[]');
const keepAll = entries => localStorage.setItem(NAME, JSON.stringify(entries));
let sending = false;

// Takes what htmx could not send; says whether it did.
export function keep({ sourceElement, request } = {}) {
  const form = sourceElement?.closest?.('form[data-outbox]');
  if (!form || !request?.body) return false;
  const said = request.submitter?.form?.elements.text?.value || request.submitter?.textContent || '';
  const entry = { path: request.action, body: String(request.body), said, card: form.closest('[data-src]').id };
  keepAll([...waiting().filter(each => each.body !== entry.body), entry]);
  mark();
  return true;
}

// Says in its card what waits, in place of the form that would say it again.
export function mark() {
  for (const { path, said } of waiting()) {
    const form = document.querySelector(`form[data-outbox][action="${CSS.escape(path)}"]`), card = form?.closest('article');
    if (!card || card.querySelector('.kept-here')) continue;
    const note = document.createElement('p'), words = document.createElement('b');
    note.className = 'kept-here said';
    words.textContent = said;
    note.append(words, ` ${document.getElementById('toast').dataset.kept}`);
    for (const each of card.querySelectorAll('form, details')) each.hidden = true;
    card.append(note);
  }
}

// Sends in order; `show` gets the card that the hub answers with.
export async function send(show) {
  if (sending) return;
  sending = true;
  try {
    for (let entry; entry = waiting()[0];) {
      const headers = { 'HX-Request': 'true', 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(entry.path, { method: 'POST', headers, body: entry.body });
      if (answer.status === 401 || answer.status >= 500) break;
      keepAll(waiting().slice(1));
      if (answer.ok) show(entry.card, await answer.text());
    }
  } catch { /* still away */ } finally { sending = false; }
}

export function start(show) {
  mark();
  addEventListener('online', () => send(show));
  setInterval(() => waiting().length && send(show), AGAIN_MS);
  document.addEventListener('refreshed', mark);
  document.addEventListener('submit', event => event.target.action.endsWith('/out') && localStorage.removeItem(NAME));
}
