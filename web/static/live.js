// One EventSource a page: JSON deltas in, texts and paths out. Nothing old is shown as live.
import * as line from './line.js';

const SLOW_MS = 15_000, OFFLINE_MS = 40_000;           // without a beat
const AGING_MS = 15_000, OLD_MS = 60_000;              // a heart rate
const SAID_MS = 8_000;                                 // how long an answer to a tap stays to be read
const WEEK_MS = 60_000;
const skew = Number(document.body.dataset.nowMs) - Date.now();
const now = () => Date.now() + skew;
const link = document.getElementById('link');
const number = new Intl.NumberFormat('en');
const clock = ms => new Date(ms - skew).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });

let source, heardMs = 0, wasOpen = false, weekMs = 0;

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
    const toGo = steps === null || goal === null ? null : Math.max(0, goal - steps);
    if (root.id === 'hero') {
      const changed = String(behind) !== root.dataset.catchingUp || String(score !== null) !== root.dataset.scored
        || !toGo || !show(root, 'to-go') && !behind;
      if (changed) return refresh(root);
    }
    say(root, 'steps', steps === null ? '–' : number.format(steps));
    say(root, 'score', score === null ? '–' : String(score));
    if (toGo !== null) say(root, 'to-go', number.format(toGo));
    const bar = show(root, 'bar'), ring = show(root, 'ring'), late = show(root, 'behind');
    if (bar) { bar.max = goal || 1; bar.value = steps || 0; }
    if (ring && goal) ring.setAttribute('stroke-dasharray', `${Math.min(100, Math.floor(100 * (steps || 0) / goal))} 101`);
    if (late) late.hidden = !behind;
    const week = document.getElementById('week');
    if (week && now() - weekMs > WEEK_MS) { weekMs = now(); refresh(week); }
  },

  prompts(root) {
    if (root.id !== 'hero') return refresh(root);
    for (const card of ['prompt', 'giving', 'circle']) refresh(document.getElementById(card));
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

// What was just answered is left to be read before the card is fetched again.
const waiting = new Map();
function refresh(element) {
  if (!element) return;
  const key = element.id || element.dataset.of;
  clearTimeout(waiting.get(key));
  const delay = element.querySelector('.said') ? SAID_MS : 120;
  waiting.set(key, setTimeout(() => element.isConnected && htmx.trigger(element, 'refresh'), delay));
}

// ---- the stream

function open() {
  source?.close();
  source = new EventSource(document.body.dataset.live);
  source.addEventListener('open', () => { if (wasOpen) catchUp(); wasOpen = true; });
  source.addEventListener('error', () => { if (source.readyState === EventSource.CLOSED) setTimeout(reopen, 5000); });
  source.addEventListener('bye', () => { source.close(); location.reload(); });
  for (const name of ['heart_rate', 'activity', 'prompts']) listen(name, onFrame[name]);
  for (const name of ['hidden', 'shown']) listen(name, root => root.id !== 'hero' && refresh(root));
  listen('beat', () => {});
}
const reopen = () => { if (!document.hidden && source.readyState === EventSource.CLOSED) open(); };

// Frames were missed: take each element as the page would show it now, and leave the order alone.
async function catchUp() {
  const response = await fetch(location.href);
  if (!response.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const element of document.querySelectorAll('[hx-trigger="refresh"]')) {
    const selector = element.id ? `#${element.id}` : `[data-of="${CSS.escape(element.dataset.of)}"]`;
    const fresh = page.querySelector(selector);
    if (!fresh || element.querySelector('.said') || element.contains(document.activeElement)) continue;
    element.replaceWith(document.adoptNode(fresh));
    htmx.process(fresh);
  }
  document.dispatchEvent(new Event('caught-up'));
}

document.addEventListener('visibilitychange', () => document.hidden ? source.close() : open());

// ---- honest ages

function age(value) {
  const atMs = Number(value.dataset.atMs);
  if (!atMs) return;
  const ageMs = now() - atMs, heard = value.parentElement.querySelector('[data-show="heard"]');
  value.classList.toggle('old', ageMs > AGING_MS);
  if (ageMs > OLD_MS) value.firstElementChild.textContent = '–';
  const said = ageMs > OLD_MS ? `${heard.dataset.last} ${clock(atMs)}` : ageMs > AGING_MS ? `${Math.floor(ageMs / 1000)} ${heard.dataset.ago}` : heard.dataset.now;
  if (heard.textContent !== said) heard.textContent = said;
}

function freshness() {
  const silentMs = Date.now() - heardMs;
  const state = !heardMs ? 'connecting' : silentMs < SLOW_MS ? 'live' : silentMs < OFFLINE_MS ? 'slow' : 'offline';
  if (link.dataset.state === state) return;
  document.body.dataset.link = link.dataset.state = state;
  link.textContent = link.dataset[`says${state}`] + (state === 'offline' ? ` ${clock(heardMs + skew)}` : '');
}

setInterval(() => {
  freshness();
  document.querySelectorAll('[data-show="bpm"]').forEach(age);
}, 1000);
setInterval(() => document.querySelectorAll('[data-show="line"]').forEach(svg => line.passTime(svg, now())), line.BIN_MS);

// A swapped card takes the focus of the button that was in it.
document.addEventListener('htmx:after:swap', () => {
  if (document.activeElement === document.body) document.querySelector('.said')?.focus({ preventScroll: true });
});
document.addEventListener('htmx:error', () => freshness());

if (!document.hidden) open();
