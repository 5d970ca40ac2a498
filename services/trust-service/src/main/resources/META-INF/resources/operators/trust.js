// The operators' page. Everything that came from people is set as text, never as markup.
import {day, drift, shares} from './numbers.js';

const KEY = 'heed-operator-key';
const REFRESH = 10_000;
const at = (id) => document.getElementById(id);

async function get(path) {
  const answer = await fetch(path, {headers: {Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}`}});
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? `HTTP ${answer.status}`), {status: answer.status});
  }
  return answer.json();
}

function element(name, text, props = {}) {
  const node = document.createElement(name);
  if (text instanceof Node) node.append(text);
  else if (text !== undefined) node.textContent = text;
  return Object.assign(node, props);
}

function table(id, heads, rows, none) {
  if (rows.length === 0) return at(id).replaceChildren(element('p', none));
  const head = element('tr');
  heads.forEach((text) => head.append(element('th', text, {scope: 'col'})));
  const body = element('tbody');
  rows.forEach((cells) => {
    const row = element('tr');
    cells.forEach((cell) => row.append(element('td', cell)));
    body.append(row);
  });
  const whole = element('table');
  whole.append(element('thead', head), body);
  at(id).replaceChildren(element('div', whole, {className: 'scroll'}));
}

function bar(share, name) {
  const meter = element('meter', undefined, {min: 0, max: 1, value: share});
  meter.setAttribute('aria-label', `${name}: ${(100 * share).toFixed(0)} %`);
  return meter;
}

/** Ten counts as ten columns, the doubtful at the left. */
function columns(bins, name) {
  const svg = (tag, props) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    Object.entries(props).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  };
  const most = Math.max(1, ...bins);
  const chart = svg('svg', {viewBox: '0 0 100 24', preserveAspectRatio: 'xMinYMid', class: 'columns', role: 'img', 'aria-label': `${name}: ${bins.join(', ')} labels by tenths of P(right)`});
  bins.forEach((n, i) => {
    const height = n === 0 ? 0 : Math.max(1, 24 * n / most);
    chart.append(svg('rect', {x: 10 * i + 1, y: 24 - height, width: 8, height, class: i < 5 ? 'doubtful' : 'right'}));
  });
  return chart;
}

const percent = (x) => `${(100 * x).toFixed(0)} %`;

function personButton(pseudonym) {
  const button = element('button', pseudonym, {type: 'button'});
  button.addEventListener('click', () => openPerson(pseudonym).catch(fail));
  return button;
}

/** A few people to look into, folded so that a large cohort stays one row. */
function some(pseudonyms) {
  const list = element('details');
  list.append(element('summary', 'Look at them'), ...pseudonyms.map(personButton));
  return list;
}

async function openPerson(pseudonym) {
  const {data} = await get(`/v1/users/${encodeURIComponent(pseudonym)}/feedback`);
  at('person').hidden = false;
  at('who').textContent = pseudonym;
  table('feedback', ['Given', 'Item', 'Kind', 'Label', 'P(right)', 'Moved by', 'Prior', 'Crowd', 'History', 'Review', 'Version'],
    data.map((f) => [f.given_at, f.item, f.kind.toLowerCase(), f.label ?? '', percent(f.p_right), f.retracted ? 'taken back' : f.moved_by ?? '',
      f.prior.toFixed(2), f.crowd.toFixed(2), f.history.toFixed(2), f.review.toFixed(2), String(f.revision)]), 'Nothing is kept of them.');
  at('h-person').focus();
}

function show(s) {
  const people = shares(s.reliability);
  table('people', ['Reliability', 'People', ''],
    s.reliability.map((n, i) => [`${i / 10} to ${(i + 1) / 10}`, String(n), bar(people[i], `reliability ${i / 10}`)]), 'Nobody yet.');
  table('beliefs', ['Day', 'Labels', 'Mean P(right)', 'From doubtful to right'],
    Object.entries(s.beliefs).reverse().map(([name, bins]) => [name, String(day(bins).count), percent(day(bins).mean), columns(bins, name)]), 'No labels yet.');
  const moved = drift(s.beliefs);
  at('drift').textContent = moved.alarm ? `Drift: ${moved.text}` : moved.text;
  at('drift').className = moved.alarm ? 'alarm' : '';
  const kinds = Object.entries(s.weight);
  const weights = shares(kinds.map(([, sum]) => sum));
  table('weight', ['Kind', 'Share', ''], kinds.map(([kind], i) => [kind, percent(weights[i]), bar(weights[i], kind)]), 'No weight yet.');
  table('fallen', ['Person', 'Was', 'Is', 'Ratings', 'Last moved by'],
    s.fallen.map((p) => [personButton(p.pseudonym), percent(p.peak), percent(p.reliability), String(p.ratings), p.movedBy ?? '']), 'Nobody fell.');
  table('appeals', ['Person', 'Is', 'They write'],
    s.appeals.map((p) => [personButton(p.pseudonym), percent(p.reliability), p.appeal]), 'No appeals.');
  const largest = Object.entries(s.cohorts).sort(([, a], [, b]) => b.people - a.people);
  const looking = at('cohorts').querySelector('details[open]') !== null; // not closed under who reads it
  if (!looking) table('cohorts', ['Cohort', 'People', 'Mean reliability', 'Some of them'],
    largest.map(([name, c]) => [name, String(c.people), percent(c.reliabilitySum / c.people), some(c.some)]), 'No cohorts yet.');
  table('queue', ['Why', 'Items'], Object.entries(s.waiting).map(([why, n]) => [why.toLowerCase(), String(n)]), 'Nothing waits.');
  at('status').textContent = `${s.people} people, ${new Date().toLocaleTimeString()}${s.complete ? '' : ' (not all replicas answered)'}`;
}

function fail(error) {
  at('status').textContent = error.message;
  if (error.status === 401 || error.status === 403) {
    at('board').hidden = true;
    at('login').hidden = false;
    at('key').focus();
  }
}

async function refresh() {
  try {
    show(await get('/v1/trust/summary'));
    at('login').hidden = true;
    at('board').hidden = false;
  } catch (error) {
    fail(error);
  }
}

at('login').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, at('key').value);
  at('key').value = '';
  refresh();
});
setInterval(() => { if (!at('board').hidden && !document.hidden) refresh(); }, REFRESH);
refresh();
