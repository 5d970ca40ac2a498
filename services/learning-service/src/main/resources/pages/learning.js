// The operators' page of rounds and releases. Everything that came from elsewhere is set as text, never as markup.
import {curve} from './chart.js';

const KEY = 'heed-operator-key';
const REFRESH = 2_000;
const API = '/v1/learning';
const at = (id) => document.getElementById(id);
let open = null;

async function ask(path, method = 'GET') {
  const answer = await fetch(API + path, {method, headers: {Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}`}});
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? `HTTP ${answer.status}`), {status: answer.status});
  }
  return answer.json();
}

function element(name, content, props = {}) {
  const node = document.createElement(name);
  if (content instanceof Node) node.append(content);
  else if (content !== undefined) node.textContent = content;
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
  at(id).replaceChildren(element('div', whole, {className: 'scroll', tabIndex: 0}));
}

const number = (x, digits = 3) => (x === null || x === undefined || !Number.isFinite(Number(x)) ? 'none' : Number(x).toFixed(digits));
const fullName = (r) => `${r.name}@${r.version}`;

function action(text, path, question) {
  const button = element('button', text, {type: 'button'});
  button.addEventListener('click', async () => {
    if (question && !window.confirm(question)) return;
    button.disabled = true;
    try {
      await ask(path, 'POST');
      await refresh();
    } catch (error) {
      fail(error);
    }
    button.disabled = false;
  });
  return button;
}

function rollback(release) {
  return action(`Roll back ${fullName(release)}`, `/releases/${encodeURIComponent(release.releaseId)}/rollback`,
    `Take ${fullName(release)} back? Replies that are under way finish with it.`);
}

function serving(releases) {
  const now = releases.filter((r) => r.stage !== 'withdrawn').reverse();
  table('serving', ['Release', 'Kind', 'Stage', 'Since', 'Learnt from', ''],
    now.map((r) => [fullName(r), r.kind.toLowerCase(), r.stage === 'canary' ? `canary for ${(100 * r.state.share).toFixed(0)} %` : r.stage, r.state.since, r.dataVersion, rollback(r)]),
    'The base model alone.');
}

function canary(releases) {
  const under = releases.filter((r) => r.stage === 'canary' && r.canary).pop();
  if (!under) return at('canary').replaceChildren(element('p', 'None is under way.'));
  table('canary', ['Watched', 'Canary', 'People', 'Others', 'People', 'Evidence of harm', 'Evidence of no harm'],
    Object.entries(under.canary).map(([name, c]) => [name, number(c.canary_mean), String(c.canary_people), number(c.other_mean), String(c.other_people), number(c.harm, 1), number(c.fine, 1)]), '');
  at('canary').append(action(`Release ${fullName(under)} to all`, `/releases/${encodeURIComponent(under.releaseId)}/promote`, `Let ${fullName(under)} serve everybody?`));
}

function showRound(round) {
  at('round').hidden = false;
  at('h-round').textContent = `Round ${round.number}: ${round.state.state}`;
  const held = round.state.state === 'held';
  at('decide').replaceChildren(...(held ? [
    element('p', 'This round looks poisoned. It is released only if you say so.', {className: 'alarm'}),
    action('Release it', `/rounds/${round.number}/accept`, 'Release this round although it looks poisoned?'),
    action('Keep it back', `/rounds/${round.number}/reject`)] : []));
  const report = round.report ?? {gates: [], suspicions: []};
  table('gates', ['Gate', 'Passed', 'Value', 'Bar', 'What'],
    report.gates.map((g) => [g.name, g.passed ? 'yes' : 'NO', number(g.value), number(g.bar), g.what]), round.state.reason ? `It failed: ${round.state.reason}` : 'Not judged yet.');
  table('suspicions', ['Suspicion', 'Value', 'Bar'], report.suspicions.map((s) => [s.name, number(s.value), number(s.bar)]), 'Nothing looks poisoned.');
}

function rounds(all) {
  const judged = all.filter((r) => Number.isFinite(Number(r.report?.measured?.auc)));
  at('curve').replaceChildren(judged.length === 0 ? element('p', 'No round was judged yet.') : curve(judged.map((r) => ({
    x: r.number, value: Number(r.report.measured.auc), low: Number(r.report.measured.auc_low), high: Number(r.report.measured.auc_high), filled: r.state.state === 'released'})), 'Quality by round'));
  table('rounds', ['Round', 'Kind', 'Why', 'State', 'Data', 'Area', 'Failed or suspected', 'Began'], all.slice().reverse().map((r) => {
    const button = element('button', String(r.number), {type: 'button'});
    button.setAttribute('aria-label', `Round ${r.number}`);
    button.addEventListener('click', () => { open = r.number; showRound(r); at('h-round').focus(); });
    return [button, r.kind, r.why, r.state.state, r.state.dataVersion ?? '', number(r.report?.measured?.auc), (r.state.failedGates ?? r.state.suspicions ?? [r.state.reason ?? '']).join(', '), r.startedAt];
  }), 'No round yet.');
  const shown = all.find((r) => r.number === open);
  if (shown) showRound(shown);
}

function steps(release) {
  const list = element('ol');
  release.steps.forEach((s) => list.append(element('li', `${s.stage}, ${s.at}: ${s.why}`)));
  return list;
}

function show(s) {
  serving(s.releases);
  canary(s.releases);
  rounds(s.rounds);
  at('trainer').textContent = s.trainer.of > 0 ? `The trainer is at step ${s.trainer.step} of ${s.trainer.of}.` : '';
  table('releases', ['Release', 'Round', 'Learnt from', 'Steps'], s.releases.slice().reverse().map((r) => [fullName(r), String(r.round), r.dataVersion, steps(r)]), 'None yet.');
  table('versions', ['Version', 'Rows', 'People', 'Good', 'Bad', 'Weight to train on', 'Frozen'], s.versions.slice().reverse().map((v) => [
    v.version, String(v.counts.rows ?? 0), String(v.counts.people ?? 0), String(v.counts.label_good ?? 0), String(v.counts.label_bad ?? 0), number(v.mass.train ?? 0, 1), v.at]), 'None yet.');
  at('status').textContent = `${s.rounds.length} rounds, ${s.releases.length} releases, ${new Date().toLocaleTimeString()}`;
}

function fail(error) {
  at('status').textContent = error.message;
  if (error.status === 401 || error.status === 403) {
    at('board').hidden = true;
    at('login').hidden = false;
    at('key').focus();
  }
}

// What has the focus must not be swapped for another node under the reader's fingers.
const busy = () => document.hidden || at('board').hidden || (at('board').contains(document.activeElement) && document.activeElement.closest('#serving, #canary, #rounds, #decide') !== null);

async function refresh() {
  try {
    show(await ask('/summary'));
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
at('run').addEventListener('click', async () => {
  try {
    await ask('/rounds', 'POST');
    await refresh();
  } catch (error) {
    fail(error);
  }
});

function rowsOf(found) {
  const release = found.release?.release ?? found.release;
  const round = found.release?.round ?? found.round;
  const data = found.release?.data ?? found.data;
  const gone = found.release?.withdrawn_since ?? found.withdrawn_since;
  return [
    ['Reply', found.reply], ['Written by', found.model && `${found.model.name}@${found.model.version}${found.model.adapter ? ` with ${found.model.adapter}` : ''}`],
    ['Learnt from in', found.in_data_versions?.join(', ')],
    ['Release', release && `${fullName(release)}, ${release.stage}`], ['Round', round && `${round.number}, ${round.state.state}`],
    ['Data version', data && `${data.version}, ${data.counts.rows} rows of ${data.counts.people} people`],
    ['Rows withdrawn since', gone && String(gone.rows)],
    ['Rounds', found.rounds?.map((r) => r.number).join(', ')], ['Releases', found.releases?.map((r) => `${fullName(r)} (${r.stage})`).join(', ')],
  ].filter(([, text]) => text);
}

at('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    table('lineage', ['What', 'Which'], rowsOf(await ask(`/lineage/${encodeURIComponent(at('of').value.trim())}`)), 'Nothing.');
  } catch (error) {
    at('lineage').replaceChildren(element('p', error.message));
  }
});
setInterval(() => { if (!busy()) refresh(); }, REFRESH);
refresh();
