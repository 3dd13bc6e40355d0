// The coach's list: filters without a round trip, a dialog, and no re-order under the pointer.
const rows = document.getElementById('rows'), filters = document.querySelector('.filters');
const dialog = document.getElementById('message'), changed = document.getElementById('changed');

const levels = new Map();
if (rows) for (const row of rows.children) levels.set(row.dataset.of, row.dataset.level);

function filter() {
  const level = filters.level.value, wanted = filters.find.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows.children) {
    row.hidden = !((level === 'all' || row.dataset.level === level) && row.dataset.find.includes(wanted));
    shown += !row.hidden;
  }
  document.getElementById('none').hidden = shown > 0;
}

function count() {
  const moved = [...rows.children].filter(row => levels.get(row.dataset.of) !== row.dataset.level).length;
  changed.hidden = moved === 0;
  changed.textContent = changed.dataset.words.replace('#', moved);
}

function afterSwap() {
  if (rows) { count(); filter(); }
  if (dialog.childElementCount && !dialog.open) dialog.showModal();
}

filters?.addEventListener('input', filter);
filters?.addEventListener('submit', event => event.preventDefault());
changed?.addEventListener('click', () => location.reload());
dialog.addEventListener('click', event => { if (event.target.closest('[data-close]') || event.target === dialog) dialog.close(); });
dialog.addEventListener('close', () => { dialog.replaceChildren(); });
document.addEventListener('htmx:after:swap', afterSwap);
document.addEventListener('refreshed', afterSwap);
