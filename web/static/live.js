// One EventSource a page: JSON deltas in, texts and paths out. Nothing old is shown as live.
import * as line from './line.js';
import * as outbox from './outbox.js';

const SLOW_MS = 15_000, OFFLINE_MS = 40_000;           // without a beat
const AGING_MS = 15_000, OLD_MS = 60_000;              // a heart rate
const SAID_MS = 8_000;                                 // how long an answer to a tap stays to be read
const WEEK_MS = 60_000;
const keptMs = 'kept' in document.body.dataset ? Number(document.body.dataset.nowMs) : 0;  // the worker's copy, of then
let skew = keptMs ? 0 : Number(document.body.dataset.nowMs) - Date.now();
const openedMs = keptMs || Date.now(), now = () => Date.now() + skew;
const link = document.getElementById('link');
const number = new Intl.NumberFormat('en');
const clock = (ms, timeZone) => new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });

const when = ms => {
  const day = new Date(ms).toDateString() === new Date().toDateString() ? '' : new Date(ms).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' }) + ' ';
  return day + clock(ms);
};

let source, heardMs = keptMs, wasOpen = keptMs > 0, weekMs = 0;

// ---- whose elements

const found = new Map();
function of(participant) {
  let element = found.get(participant);
  if (!element?.isConnected) {
    element = document.querySelector(`[data-of="${CSS.escape(participant)}"]`);
    found.set(participant, element);
  }
  return element;
}
const show = (root, name) => root.querySelector(`[data-show="${name}"]`);
function say(root, name, text) {
  const element = show(root, name);
  if (element && element.textContent !== text) element.textContent = text;
}

// ---- frames

const onFrame = {
  heart_rate(root, { bpm, at_us: atUs }) {
    const value = show(root, 'bpm'), atMs = atUs / 1000;
    if (!value || atMs < Number(value.dataset.atMs)) return;
    value.dataset.atMs = atMs;
    value.firstElementChild.textContent = bpm;
    age(value);
    line.add(show(root, 'line'), bpm, atMs, now());
  },

  activity(root, { steps, score, goal, catching_up: behind }) {
    if (root.id === 'measure') return;
    const toGo = steps === null || goal === null ? null : Math.max(0, goal - steps);
    if (root.id === 'hero') {
      const changed = String(behind) !== root.dataset.catchingUp || String(score !== null) !== root.dataset.scored
        || !toGo || !show(root, 'to-go') && !behind;
      if (changed) return refresh('hero');
    }
    say(root, 'steps', steps === null ? '–' : number.format(steps));
    say(root, 'score', score === null ? '–' : String(score));
    if (toGo !== null) say(root, 'to-go', number.format(toGo));
    const bar = show(root, 'bar'), ring = show(root, 'ring'), late = show(root, 'behind');
    if (bar) { bar.max = goal || 1; bar.value = steps || 0; }
    if (ring && goal) ring.setAttribute('stroke-dasharray', `${Math.min(100, Math.floor(100 * (steps || 0) / goal))} 101`);
    if (late) late.hidden = !behind;
    const week = document.getElementById('week');
    if (week && now() - weekMs > WEEK_MS) { weekMs = now(); refresh('week'); }
  },

  vital_signs(root) {
    if (root.id === 'measure') refresh('measure');
  },

  prompts(root) {
    for (const card of ['red-flags', 'drafts']) refresh(card);
    if (root.id !== 'hero') return refresh(keyOf(root));
    for (const card of ['prompt', 'rate', 'giving', 'circle', 'challenges', 'feed']) refresh(card);
  },
};

function listen(name, handle) {
  source.addEventListener(name, event => {
    heardMs = Date.now();
    const said = JSON.parse(event.data), root = said.of && of(said.of);
    if (root) handle(root, said.is);
    freshness();
  });
}

// ---- cards and rows, fetched anew

const keyOf = element => element.id || element.dataset.of;
const byKey = key => document.getElementById(key) ?? of(key);
const waiting = new Map(), busy = new Set();

// What was just answered is left to be read before its card is fetched again, also when the
// answer came after the news of it.
function refresh(key) {
  clearTimeout(waiting.get(key));
  const isSaid = () => { const element = byKey(key); return Boolean(element && (element.querySelector('.said') || inHand(element))); };
  const wasSaid = isSaid();
  const fetchUnlessNew = () => busy.has(key) || isSaid() && !wasSaid ? refresh(key) : fetchAnew(key);
  waiting.set(key, setTimeout(fetchUnlessNew, wasSaid ? SAID_MS : 100));
}

async function fetchAnew(key) {
  const element = byKey(key);
  if (!element) return;
  busy.add(key);
  try {
    const response = await fetch(element.dataset.src, { headers: { 'HX-Request': 'true' } });
    if (response.status === 401) return location.reload();
    if (response.ok) replace(element, await response.text());
  } catch { /* away: what was missed is fetched once the stream is open again */ } finally { busy.delete(key); }
}

// What somebody is about to say, or has just sent, is not taken out of their hands.
function inHand(element) {
  const held = element.contains(document.activeElement) && document.activeElement.matches('input:not([type=radio]), textarea, select');
  return held || element.querySelector('.htmx-request') !== null
    || [...element.querySelectorAll('input[type=radio]')].some(each => each.checked && !each.defaultChecked);
}

// What stands in a card that comes anew where something stood before: it stays open, and keeps the focus.
const same = (fresh, before) => [...fresh.querySelectorAll(before.localName)]
  .find(each => each.textContent === before.textContent && each.ariaLabel === before.ariaLabel);

// An element that a tap has replaced meanwhile is newer than what was fetched.
function replace(element, html) {
  if (!element.isConnected) return;
  if (inHand(element)) return refresh(keyOf(element));
  const template = document.createElement('template');
  template.innerHTML = html;
  const fresh = template.content.querySelector(element.id ? `#${element.id}` : `[data-of="${CSS.escape(element.dataset.of)}"]`);
  if (!fresh) return;
  const held = element.contains(document.activeElement) && same(fresh, document.activeElement);
  for (const each of element.querySelectorAll('details[open] > summary')) same(fresh, each)?.parentElement.setAttribute('open', '');
  element.replaceWith(fresh);
  htmx.process(fresh);
  if (held) held.focus({ preventScroll: true });
  document.dispatchEvent(new Event('refreshed'));
}

// ---- the stream

function open() {
  source?.close();
  source = new EventSource(`${document.body.dataset.live}?since_ms=${Math.floor((heardMs || openedMs) + skew)}`);
  source.addEventListener('open', () => { if (wasOpen) catchUp(); wasOpen = true; outbox.send(showCard); });
  source.addEventListener('error', () => { if (source.readyState === EventSource.CLOSED) setTimeout(reopen, 5000); });
  source.addEventListener('bye', () => { source.close(); location.reload(); });
  for (const [name, handle] of Object.entries(onFrame)) listen(name, handle);
  for (const name of ['hidden', 'shown']) listen(name, root => root.id !== 'hero' && refresh(keyOf(root)));
  listen('beat', () => {});
}
const reopen = () => { if (!document.hidden && source.readyState === EventSource.CLOSED) open(); };

// Frames were missed: take each element as the page would show it now, and leave the order alone.
async function catchUp() {
  const response = await fetch(location.href).catch(() => null);
  if (!response) return;
  if (!response.ok) return location.reload();
  const html = await response.text();
  skew = Number(/data-now-ms="(\d+)"/.exec(html)[1]) - Date.now();
  for (const element of document.querySelectorAll('[data-src]')) {
    if (!element.querySelector('.said') && !element.contains(document.activeElement)) replace(element, html);
  }
}

document.addEventListener('visibilitychange', () => document.hidden ? source.close() : open());

// ---- honest ages

function age(value) {
  const atMs = Number(value.dataset.atMs);
  if (!atMs) return;
  const ageMs = now() - atMs, heard = value.parentElement.querySelector('[data-show="heard"]');
  value.classList.toggle('old', ageMs > AGING_MS);
  value.classList.toggle('none', ageMs > OLD_MS);
  if (ageMs > OLD_MS) value.firstElementChild.textContent = '–';
  const said = ageMs > OLD_MS ? `${heard.dataset.last} ${clock(atMs, value.closest('[data-of]').dataset.zone)}` : ageMs > AGING_MS ? `${Math.floor(ageMs / 1000)} ${heard.dataset.ago}` : '';
  if (heard.textContent !== said) heard.textContent = said;
}

function freshness() {
  const silentMs = Date.now() - heardMs;
  const state = !heardMs ? 'connecting' : silentMs < SLOW_MS ? 'live' : silentMs < OFFLINE_MS ? 'slow' : 'offline';
  if (link.dataset.state === state) return;
  document.body.dataset.link = link.dataset.state = state;
  link.textContent = link.dataset[`says${state}`] + (state === 'offline' ? ` ${when(heardMs)}` : '');
  const asOf = document.querySelector('[data-show="as-of"]'), isOld = state === 'slow' || state === 'offline';
  if (!asOf) return;
  asOf.hidden = !isOld;
  asOf.textContent = isOld ? `${asOf.dataset.words} ${when(heardMs)}` : '';
}

setInterval(() => {
  freshness();
  document.querySelectorAll('[data-show="bpm"]').forEach(age);
}, 1000);
setInterval(() => document.querySelectorAll('[data-show="line"]').forEach(svg => line.passTime(svg, now())), line.BIN_MS);

// A message counts as shown once it was in sight; each is told once a page.
const told = new Set();
const inSight = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    const id = target.dataset.unseen;
    if (!isIntersecting || told.has(id)) continue;
    told.add(id);
    fetch(`/prompts/${id}/shown`, { method: 'POST' }).catch(() => told.delete(id));
  }
}, { threshold: .6 });
function watch() {
  inSight.disconnect();
  for (const message of document.querySelectorAll('[data-unseen]')) inSight.observe(message);
}
watch();

// A swapped card takes the focus of the button that was in it.
document.addEventListener('refreshed', watch);
document.addEventListener('htmx:after:swap', () => {
  watch();
  if (document.activeElement === document.body) document.querySelector('.said')?.focus({ preventScroll: true });
});

// A tap that reached nobody must not look as if it had.
const toast = document.getElementById('toast');
function tell(words) {
  toast.textContent = words;
  setTimeout(() => { toast.textContent = ''; }, SAID_MS);
}
document.addEventListener('htmx:error', event => tell(outbox.keep(event.detail.ctx) ? toast.dataset.keeps : toast.dataset.words));
document.addEventListener('htmx:response:error', () => tell(toast.dataset.words));

function showCard(key, html) {
  const element = byKey(key);
  if (element) replace(element, html);
}
outbox.start(showCard);

if (!document.hidden) open();
