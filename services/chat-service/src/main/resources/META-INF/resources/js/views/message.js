/** One message. A reply's text is drawn at most once per frame while it streams. */

import { h } from '../dom.js';
import { copyButton, renderMarkdown } from '../markdown.js';
import { feedbackControls } from './feedback.js';
import { filterNote } from './filtered.js';

/** Shows one message and follows its changes. */
export class MessageView {
  #frame = 0;
  #status = '';

  /**
   * @param {import('../app.js').App} app
   * @param {import('../types.js').Message} message
   * @param {import('../types.js').Message|undefined} previous what it answers, if it is a reply
   */
  constructor(app, message, previous) {
    this.app = app;
    this.message = message;
    this.previous = previous;
    this.body = h('div', { class: 'body' });
    this.after = h('div', { class: 'after' });
    const mine = message.role === 'user';
    this.element = h('article', { class: `message ${message.role}`, 'aria-label': mine ? 'You' : 'Heed' },
      mine ? null : h('div', { class: 'author', 'aria-hidden': 'true' }, 'Heed'), this.body, this.after);
    this.#draw();
  }

  /** The message has changed: draws it with the next frame. */
  changed() {
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#draw();
      });
    }
  }

  #draw() {
    const { message } = this;
    if (message.role === 'user') {
      this.body.textContent = message.text;
      return;
    }
    this.element.dataset.status = message.status;
    this.element.dataset.reply = message.id;
    this.element.setAttribute('aria-busy', String(message.status === 'streaming'));
    this.body.replaceChildren(...this.#content());
    if (this.#status !== message.status) {
      this.#status = message.status;
      this.after.replaceChildren(...this.#afterwards());
    }
  }

  /** @returns {Node[]} */
  #content() {
    const { message } = this;
    const note = message.note ? [h('p', { class: 'note' }, message.note)] : [];
    if (message.status === 'streaming' && message.text === '') {
      return [h('p', { class: 'writing' }, h('span', { class: 'visually-hidden' }, 'Heed is writing'), h('i'), h('i'), h('i')), ...note];
    }
    const filtered = message.status === 'refused' || message.status === 'withdrawn';
    return [filtered ? h('p', {}, message.text) : renderMarkdown(message.text), ...note];
  }

  /** @returns {Node[]} what stands below a finished reply */
  #afterwards() {
    const { message } = this;
    switch (message.status) {
      case 'complete':
        return [h('div', { class: 'actions' }, copyButton(() => message.text), feedbackControls(this.app, message))];
      case 'refused':
      case 'withdrawn':
        return [filterNote(message)];
      case 'cancelled':
        return [h('p', { class: 'note' }, 'You stopped this reply.')];
      case 'failed':
        return [this.#failure()];
      default:
        return [];
    }
  }

  #failure() {
    const again = h('button', { type: 'button', class: 'button' }, 'Try again');
    const question = this.previous?.role === 'user' ? this.previous.text : '';
    again.addEventListener('click', () => document.dispatchEvent(new CustomEvent('heed-suggest', { detail: question })));
    return h('div', { class: 'failure' }, h('p', {}, this.message.error ?? 'This reply could not be finished.'), question ? again : null);
  }
}
