/** Why a reply was refused or taken back, and a way to disagree. */

import * as api from '../api.js';
import { announce, h, icon, newKey, whenVisible } from '../dom.js';
import { explain, explainFilter, percent } from '../words.js';

const MAX_TEXT = 2000;

/**
 * @param {import('../types.js').Message} message refused or withdrawn
 * @returns {HTMLElement}
 */
export function filterNote(message) {
  const withdrawn = message.status === 'withdrawn';
  const filtered = message.filtered ?? { category: '', source: '', score: 0 };
  const facts = h('dl', { class: 'facts' });
  const fact = (/** @type {string} */ name, /** @type {string} */ value) => facts.append(h('dt', {}, name), h('dd', {}, value));
  if (filtered.category) {
    fact('Category', filtered.category);
  }
  if (filtered.source.toLowerCase() !== 'fail_closed' && filtered.score > 0) {
    fact('Score', percent(filtered.score));
  }
  return h('details', { class: 'filtered' },
    h('summary', {}, icon('shield'), withdrawn ? 'Filtered: this reply was taken back. Why?' : 'Filtered. Why?'),
    h('p', {}, explainFilter(filtered, withdrawn)), facts, disagreement(message));
}

/** @param {import('../types.js').Message} message */
function disagreement(message) {
  const element = h('div', { class: 'disagree' });
  const sent = () => element.replaceChildren(h('p', { class: 'note' }, 'You disagreed. Thank you: this helps to find checks that are wrong.'));
  const ask = () => {
    const open = h('button', { type: 'button', class: 'button' }, 'I disagree');
    open.addEventListener('click', () => element.replaceChildren(form(message, sent, ask)));
    element.replaceChildren(open);
  };
  const show = () => (message.given?.label === 'contest' ? sent() : ask());
  show();
  if (message.given === undefined) {
    whenVisible(element, () => api.givenFeedback(message.id).then((given) => { message.given = given; show(); }).catch(() => {}));
  }
  return element;
}

/**
 * @param {import('../types.js').Message} message
 * @param {() => void} sent
 * @param {() => void} cancel
 */
function form(message, sent, cancel) {
  const text = /** @type {HTMLTextAreaElement} */ (h('textarea', { rows: 2, maxlength: MAX_TEXT, autofocus: true }));
  const error = h('p', { class: 'notice error', role: 'alert', hidden: true });
  const quit = h('button', { type: 'button', class: 'button' }, 'Cancel');
  quit.addEventListener('click', cancel);
  const element = h('form', { class: 'feedback-form', 'aria-label': 'Disagree with the filter' },
    h('label', { class: 'field' }, h('span', {}, 'Why was this fine? (optional)'), text), error,
    h('div', { class: 'form-buttons' }, quit, h('button', { type: 'submit', class: 'button primary' }, 'Send')));
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const comment = text.value.trim();
      const id = await api.giveFeedback({ reply_id: message.id, kind: 'contest_filter', comment: comment || undefined }, newKey());
      message.given = { id, label: 'contest', comment };
      sent();
      announce('Thank you. Your disagreement was sent.');
    } catch (e) {
      error.textContent = explain(e);
      error.hidden = false;
    }
  });
  requestAnimationFrame(() => text.focus());
  return element;
}
