/** Thumbs, the reasons behind a thumbs-down, a better answer, and taking it all back. */

import * as api from '../api.js';
import * as memory from '../memory.js';
import { announce, h, iconButton, newKey } from '../dom.js';
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
  }

  get given() {
    return memory.feedback(this.message.id);
  }

  #show() {
    const given = this.given;
    this.up.setAttribute('aria-pressed', String(given?.label === 'up'));
    this.down.setAttribute('aria-pressed', String(given?.label === 'down'));
    this.down.setAttribute('aria-expanded', String(!this.panel.hidden));
    if (given) {
      const back = h('button', { type: 'button', class: 'text-button' }, 'Take back');
      back.addEventListener('click', () => this.#retract());
      this.thanks.replaceChildren('Thank you. ', back);
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

  #openForm() {
    const before = this.given?.label === 'down' ? this.given : undefined;
    this.panel.replaceChildren(form(before, (details) => this.#send(details), () => { this.#closeForm(); this.down.focus(); }));
    this.panel.hidden = false;
    this.#show();
    this.panel.querySelector('input')?.focus();
    this.panel.scrollIntoView({ block: 'nearest' });
  }

  #closeForm() {
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.#show();
  }

  /** @param {Omit<GivenFeedback, 'id'|'label'>} details */
  async #send(details) {
    if (await this.#give({ label: 'down', ...details })) {
      this.#closeForm();
      this.down.focus();
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
    const before = this.given;
    return this.#guarded(async () => {
      if (before) {
        await api.retractFeedback(before.id);
        memory.keepFeedback(this.message.id, undefined);
      }
      const id = await api.giveFeedback({
        reply_id: this.message.id,
        kind: 'thumbs',
        label: feedback.label,
        reasons: feedback.reasons?.length ? feedback.reasons : undefined,
        comment: feedback.comment || undefined,
        better_answer: feedback.betterAnswer || undefined,
      }, newKey());
      memory.keepFeedback(this.message.id, { id, ...feedback });
    });
  }

  async #retract() {
    const given = this.given;
    if (given && await this.#guarded(async () => {
      await api.retractFeedback(given.id);
      memory.keepFeedback(this.message.id, undefined);
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
  const quit = h('button', { type: 'button', class: 'button' }, 'Cancel');
  quit.addEventListener('click', cancel);
  const element = h('form', { class: 'feedback-form', 'aria-label': 'What was wrong with this reply' },
    h('fieldset', {}, h('legend', {}, 'What was wrong?'), h('div', { class: 'reasons' }, ...reasons)),
    comment.label, better.label,
    h('div', { class: 'form-buttons' }, quit, h('button', { type: 'submit', class: 'button primary' }, before ? 'Change' : 'Send')));
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = [...element.querySelectorAll('input:checked')].map((input) => /** @type {HTMLInputElement} */ (input).value);
    send({ reasons: chosen, comment: comment.text.value.trim(), betterAnswer: better.text.value.trim() });
  });
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
