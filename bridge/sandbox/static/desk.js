// Asks for the tasks once a second and redraws a card only when it changed, so that focus and opened details stay.
// Everything a caller may have said is set as text, never as markup.

const desk = document.getElementById('desk');
const template = document.getElementById('card');
const drawn = new Map(); // task sid -> { element, seen }
const ENDED = { canceled: 'cancelled' }; // as these pages spell it; TaskRouter has its own way
let first = true;

async function refresh() {
  try {
    const answer = await fetch(desk.dataset.tasks, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    draw((await answer.json()).tasks);
    trouble('');
  } catch {
    trouble('The local TaskRouter does not answer. Trying again every second…');
  }
  setTimeout(refresh, 1000);
}

function draw(tasks) {
  const live = tasks.filter((task) => !task.ended);
  const ended = tasks.filter((task) => task.ended);
  lay('waiting', live);
  lay('ended', ended);
  forget(new Set(tasks.map((task) => task.sid)));
  say('count', live.length === 1 ? '1 task' : `${live.length} tasks`);
  document.getElementById('empty').hidden = live.length > 0;
  document.getElementById('ended-section').hidden = ended.length === 0;
  document.title = live.length > 0 ? `(${live.length}) Desk · USSD bridge` : 'Desk · USSD bridge';
  first = false;
}

function lay(place, tasks) {
  const parent = document.getElementById(place);
  tasks.forEach((task, index) => {
    const element = cardOf(task);
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
}

function forget(known) {
  for (const [sid, { element }] of drawn) {
    if (known.has(sid)) continue;
    element.remove();
    drawn.delete(sid);
  }
}

function cardOf(task) {
  const { waiting, ...lasting } = task;
  const seen = JSON.stringify(lasting);
  const before = drawn.get(task.sid);
  const element = before?.element ?? newCard(task.sid);
  if (before?.seen !== seen) fill(element, task);
  setText(element, '.waiting', task.ended ? ENDED[task.status] ?? task.status : `Waiting ${age(waiting)}`);
  drawn.set(task.sid, { element, seen });
  return element;
}

function newCard(sid) {
  const element = template.content.firstElementChild.cloneNode(true);
  const title = element.querySelector('.reference');
  title.id = `task-${sid}`;
  element.setAttribute('aria-labelledby', title.id);
  element.classList.toggle('is-new', !first);
  for (const button of element.querySelectorAll('[data-ending]')) {
    button.addEventListener('click', () => end(sid, button));
  }
  return element;
}

function fill(element, task) {
  element.classList.toggle('is-ended', task.ended);
  setText(element, '.reference', task.reference);
  setText(element, '.raw pre', task.raw);
  element.querySelector('.badges').replaceChildren(...badges(task));
  element.querySelector('.answers').replaceChildren(...task.answers.map(answerOf));
  element.querySelector('.actions').hidden = task.ended;
  for (const button of element.querySelectorAll('[data-ending]')) {
    button.disabled = false;
    button.setAttribute('aria-label', `${button.textContent} ${task.reference}`);
  }
  show(element, '.sign', signOf(task));
  show(element, '.number', task.number);
  setText(element, '.number-value', task.number);
}

function signOf({ callback, safety }) {
  if (safety === 'unsafe') return 'Do not call. The caller said that it is not safe.';
  if (safety === 'unknown' && callback === 'wanted') return 'Do not call. Nobody knows whether it is safe.';
  return '';
}

function badges(task) {
  const callback = {
    wanted: 'Wants a call back',
    'not wanted': 'No call back',
    unknown: 'Call back not answered',
  }[task.callback];
  return [
    task.language && badge(task.language),
    !signOf(task) && badge(callback, 'plain'), // the sign stands in its place
    task.code && badge(task.code, 'plain'),
    task.simulated && badge('Simulated', 'notice'),
    !task.complete && badge('Not finished', 'notice'),
    task.shortened && badge('Shortened', 'notice'),
  ].filter(Boolean);
}

function badge(text, kind) {
  const item = document.createElement('li');
  item.className = kind ? `badge ${kind}` : 'badge';
  item.textContent = text;
  return item;
}

function answerOf({ label, value, unknown, sensitive }) {
  const row = document.createElement('div');
  row.className = 'answer';
  const term = document.createElement('dt');
  term.textContent = label;
  const words = document.createElement('dd');
  words.textContent = value;
  const notes = [unknown && 'not in the menu', sensitive && 'sensitive'].filter(Boolean);
  if (notes.length > 0) {
    const note = document.createElement('span');
    note.className = 'note';
    note.textContent = `(${notes.join(', ')})`;
    words.append(note);
  }
  row.append(term, words);
  return row;
}

async function end(sid, button) {
  button.disabled = true;
  try {
    const url = `${desk.dataset.tasks}/${sid}/${button.dataset.ending}`;
    const answer = await fetch(url, { method: 'POST', headers: { 'X-Desk': '1' } });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    trouble('That did not work. The task may have ended already.');
    button.disabled = false;
  }
}

function age(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d`;
}

function setText(element, selector, text) {
  const target = element.querySelector(selector);
  if (target.textContent !== text) target.textContent = text;
}

function show(element, selector, text) {
  const target = element.querySelector(selector);
  target.hidden = !text;
  if (selector === '.sign') target.textContent = text;
}

function say(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}

function trouble(text) {
  say('trouble', text);
  document.getElementById('trouble').hidden = !text;
}

refresh();
