// The reviewers' page: one question at a time, by keyboard. What people wrote is set as text, never as markup.
const KEY = 'heed-operator-key';
const NAME = 'heed-reviewer';
const PAUSE = 5000;
const KEYS = {j: 'up', f: 'down', s: 'skip'};
const at = (id) => document.getElementById(id);
let task = null;
let busy = false;

async function call(path, label) {
  const answer = await fetch(path, {
    method: label ? 'POST' : 'GET',
    headers: {
      Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}`,
      'X-Heed-Reviewer': sessionStorage.getItem(NAME) ?? 'operator',
      ...(label ? {'Content-Type': 'application/json'} : {}),
    },
    body: label ? JSON.stringify({label}) : undefined,
  });
  if (answer.status === 204) return null;
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(body.detail ?? `HTTP ${answer.status}`), {status: answer.status});
  return body;
}

function say(text) {
  at('status').textContent = text;
}

function fail(error) {
  say(error.message);
  if (error.status === 401 || error.status === 403) {
    at('question').hidden = true;
    at('login').hidden = false;
    at('name').focus();
  }
}

function show(next) {
  task = next;
  at('login').hidden = true;
  at('question').hidden = task === null;
  if (task === null) {
    say('Nothing waits. This page looks again by itself.');
    setTimeout(() => { if (task === null && at('login').hidden) load(); }, PAUSE);
    return;
  }
  at('asked').textContent = task.about === 'filter' ? 'Was what the person wrote all right?' : 'Was this reply all right?';
  at('turn').textContent = task.turn ?? '(no longer kept)';
  at('reply').textContent = task.reply ?? '(no longer kept)';
  at('asked').focus();
}

async function load(skipped) {
  try {
    const state = await call('/v1/review');
    const {alpha, answers, items} = state.agreement;
    at('state').textContent = `${state.waiting} wait; ${answers} answers to ${items} items; Krippendorff's alpha ${alpha === null ? 'not known yet' : alpha.toFixed(2)}`;
    show(await call(skipped ? `/v1/review/next?not=${encodeURIComponent(skipped)}` : '/v1/review/next'));
  } catch (error) {
    fail(error);
  }
}

async function answer(what) {
  if (task === null || busy) return;
  busy = true;
  try {
    if (what !== 'skip') {
      await call(`/v1/review/${encodeURIComponent(task.task_id)}`, what);
      say(what === 'up' ? 'Noted: all right.' : 'Noted: not all right.');
    }
    await load(what === 'skip' ? task.task_id : undefined);
  } catch (error) {
    fail(error);
  } finally {
    busy = false;
  }
}

Object.values(KEYS).forEach((what) => at(what).addEventListener('click', () => answer(what)));
document.addEventListener('keydown', (event) => {
  const what = KEYS[event.key.toLowerCase()];
  if (what && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !(event.target instanceof HTMLInputElement)) answer(what);
});
at('login').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, at('key').value);
  sessionStorage.setItem(NAME, at('name').value);
  at('key').value = '';
  load();
});
load();
