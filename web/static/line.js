// A heart-rate line that goes on where web/sparkline.py began: the same scale, the same gaps.
export const BIN_MS = 5000, BINS = 60;
const HEIGHT = 28, EDGE = 2, LEAST_SPAN_BPM = 24;
const lines = new WeakMap();

function lineOf(svg, nowMs) {
  if (!lines.has(svg)) {
    const drawn = svg.dataset.bins || ','.repeat(BINS - 1);
    const bins = drawn.split(',').map(bpm => bpm ? Number(bpm) : null);
    lines.set(svg, { newest: Math.floor(nowMs / BIN_MS), bins });
  }
  return lines.get(svg);
}

export function add(svg, bpm, atMs, nowMs) {
  const line = lineOf(svg, nowMs), bin = Math.floor(atMs / BIN_MS);
  advance(line, bin);
  const index = BINS - 1 - (line.newest - bin);
  if (index < 0) return;
  line.bins[index] = bpm;
  draw(svg, line);
}

export function passTime(svg, nowMs) {
  const line = lineOf(svg, nowMs);
  if (advance(line, Math.floor(nowMs / BIN_MS))) draw(svg, line);
}

function advance(line, bin) {
  const steps = Math.min(bin - line.newest, BINS);
  for (let step = 0; step < steps; step++) { line.bins.shift(); line.bins.push(null); }
  line.newest = Math.max(line.newest, bin);
  return steps > 0;
}

function draw(svg, { bins }) {
  const heard = bins.filter(bpm => bpm !== null);
  const lacking = heard.length ? Math.max(0, LEAST_SPAN_BPM - (Math.max(...heard) - Math.min(...heard))) : 0;
  const low = Math.min(...heard) - lacking / 2, high = Math.max(...heard) + lacking / 2;
  let path = '', drawing = false;
  bins.forEach((bpm, x) => {
    if (bpm !== null) {
      const y = Math.round(HEIGHT - EDGE - (bpm - low) / (high - low) * (HEIGHT - 2 * EDGE));
      path += drawing ? `L${x} ${y}` : `M${x} ${y}h0`;
    }
    drawing = bpm !== null;
  });
  svg.firstElementChild.setAttribute('d', path);
}
