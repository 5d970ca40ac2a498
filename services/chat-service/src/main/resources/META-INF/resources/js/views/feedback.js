/** Thumbs, words to go with them, a better answer, and taking it all back. The server knows what was given. */

import * as api from '../api.js';
import { announce, h, iconButton, newKey, whenVisible } from '../dom.js';
import { REASONS, explain } from '../words.js';

const MAX_TEXT = 2000;

/** @typedef {import('../types.js').GivenFeedback} GivenFeedback */

/**
 * @param {import('../app.js').App} app
 * @param {import('../types.js').Message} message a finished reply
 * @returns {HTMLElement}
 */
export function feedbackControls(app, message) {
  return new FeedbackView(app, message).element;
}

class FeedbackView {
  /**
   * @param {import('../app.js').App} app
   * @param {import('../types.js').Message} message
   */
  constructor(app, message) {
    this.app = app;
    this.message = message;
    this.up = iconButton('up', 'Good reply', { 'aria-pressed': 'false', class: 'thumb' });
    this.down = iconButton('down', 'Bad reply', { 'aria-pressed': 'false', class: 'thumb', 'aria-expanded': 'false' });
    this.thanks = h('span', { class: 'thanks' });
    this.error = h('p', { class: 'notice error', role: 'alert', hidden: true });
    this.panel = h('div', { class: 'panel', hidden: true });
    this.element = h('div', { class: 'feedback' }, this.up, this.down, this.thanks, this.error, this.panel);
    this.up.addEventListener('click', () => this.#thumbsUp());
    this.down.addEventListener('click', () => (this.panel.hidden ? this.#openForm() : this.#closeForm()));
    this.#show();
    if (message.given === undefined) {
      // Not the element: it has no box of its own.
      whenVisible(this.up, () => this.#ask().catch(() => {}));
    }
  }

  get given() {
    return this.message.given;
  }

  /** Asks the server what was given, once. */
  async #ask() {
    if (this.message.given === undefined) {
      this.message.given = await api.givenFeedback(this.message.id);
      this.#show();
    }
  }

  #show() {
    const given = this.given;
    this.up.setAttribute('aria-pressed', String(given?.label === 'up'));
    this.down.setAttribute('aria-pressed', String(given?.label === 'down'));
    this.down.setAttribute('aria-expanded', String(!this.panel.hidden));
    if (given) {
      const back = h('button', { type: 'button', class: 'text-button' }, 'Take back');
      back.addEventListener('click', () => this.#retract());
      const why = h('button', { type: 'button', class: 'text-button' }, given.comment ? 'Change your words' : 'Say why');
      why.addEventListener('click', () => this.#openForm(given.label === 'up'));
      this.thanks.replaceChildren('Thank you. ', ...(given.label === 'up' ? [why, ' '] : []), back);
    } else {
      this.thanks.replaceChildren();
    }
  }

  async #thumbsUp() {
    this.#closeForm();
    if (this.given?.label === 'up') {
      await this.#retract();
    } else if (await this.#give({ label: 'up' })) {
      announce('Thank you. Marked as a good reply.');
    }
  }

  /** @param {boolean} [good] the words go with a thumbs-up */
  #openForm(good = false) {
    const label = good ? 'up' : 'down';
    const before = this.given?.label === label ? this.given : undefined;
    const cancel = () => { this.#closeForm(); this[label].focus(); };
    const send = (/** @type {Omit<GivenFeedback, 'id'|'label'>} */ details) => this.#send(label, details);
    this.panel.replaceChildren(good ? praise(before, send, cancel) : form(before, send, cancel));
    this.panel.hidden = false;
    this.#show();
    /** @type {HTMLElement|null} */ (this.panel.querySelector('input, textarea'))?.focus();
    this.panel.scrollIntoView({ block: 'nearest' });
  }

  #closeForm() {
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.#show();
  }

  /**
   * @param {'up'|'down'} label
   * @param {Omit<GivenFeedback, 'id'|'label'>} details
   */
  async #send(label, details) {
    if (await this.#give({ label, ...details })) {
      this.#closeForm();
      this[label].focus();
      announce('Thank you. Your feedback was sent.');
    }
  }

  /**
   * Gives feedback in the place of what was given before.
   *
   * @param {Omit<GivenFeedback, 'id'>} feedback
   * @returns {Promise<boolean>}
   */
  async #give(feedback) {
    return this.#guarded(async () => {
      await this.#ask();
      if (this.given) {
        await api.retractFeedback(this.given.id);
        this.message.given = null;
      }
      const id = await api.giveFeedback({
        reply_id: this.message.id,
        kind: 'thumbs',
        label: feedback.label,
        reasons: feedback.reasons?.length ? feedback.reasons : undefined,
        comment: feedback.comment || undefined,
        better_answer: feedback.betterAnswer || undefined,
      }, newKey());
      this.message.given = { id, ...feedback };
    });
  }

  async #retract() {
    const given = this.given;
    if (given && await this.#guarded(async () => {
      await api.retractFeedback(given.id);
      this.message.given = null;
    })) {
      announce('Your feedback was taken back.');
      (given.label === 'up' ? this.up : this.down).focus();
    }
  }

  /**
   * @param {() => Promise<void>} action
   * @returns {Promise<boolean>} whether it worked; if not, the person is told
   */
  async #guarded(action) {
    this.error.hidden = true;
    this.element.setAttribute('aria-busy', 'true');
    try {
      await action();
      return true;
    } catch (e) {
      this.error.textContent = explain(e);
      this.error.hidden = false;
      return false;
    } finally {
      this.element.removeAttribute('aria-busy');
      this.#show();
    }
  }
}

/**
 * @param {GivenFeedback|undefined} before what was given, to change it
 * @param {(details: Omit<GivenFeedback, 'id'|'label'>) => void} send
 * @param {() => void} cancel
 */
function form(before, send, cancel) {
  const reasons = REASONS.map(([value, label]) => h('label', { class: 'reason' },
    h('input', { type: 'checkbox', name: 'reason', value, checked: before?.reasons?.includes(value) ?? false }), h('span', {}, label)));
  const comment = area('Anything else? (optional)', before?.comment ?? '', 2);
  const better = area('A better answer would be … (optional)', before?.betterAnswer ?? '', 3);
  const element = formOf('What was wrong with this reply', Boolean(before), cancel,
    h('fieldset', {}, h('legend', {}, 'What was wrong?'), h('div', { class: 'reasons' }, ...reasons)), comment.label, better.label);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = [...element.querySelectorAll('input:checked')].map((input) => /** @type {HTMLInputElement} */ (input).value);
    send({ reasons: chosen, comment: comment.text.value.trim(), betterAnswer: better.text.value.trim() });
  });
  return element;
}

/**
 * @param {GivenFeedback|undefined} before
 * @param {(details: Omit<GivenFeedback, 'id'|'label'>) => void} send
 * @param {() => void} cancel
 */
function praise(before, send, cancel) {
  const comment = area('What was good about it? (optional)', before?.comment ?? '', 2);
  const element = formOf('What was good about this reply', Boolean(before?.comment), cancel, comment.label);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    send({ comment: comment.text.value.trim() });
  });
  return element;
}

/**
 * A form that Escape and Cancel leave.
 *
 * @param {string} name
 * @param {boolean} change something was given before
 * @param {() => void} cancel
 * @param {...Node} fields
 */
function formOf(name, change, cancel, ...fields) {
  const quit = h('button', { type: 'button', class: 'button' }, 'Cancel');
  quit.addEventListener('click', cancel);
  const element = h('form', { class: 'feedback-form', 'aria-label': name }, ...fields,
    h('div', { class: 'form-buttons' }, quit, h('button', { type: 'submit', class: 'button primary' }, change ? 'Change' : 'Send')));
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      cancel();
    }
  });
  return element;
}

/**
 * @param {string} words
 * @param {string} value
 * @param {number} rows
 */
function area(words, value, rows) {
  const text = /** @type {HTMLTextAreaElement} */ (h('textarea', { rows, maxlength: MAX_TEXT }, value));
  return { label: h('label', { class: 'field' }, h('span', {}, words), text), text };
}
