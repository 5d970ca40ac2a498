/** The message box: Enter sends, Shift+Enter makes a line, Esc stops the reply. */

import * as memory from '../memory.js';
import { h, icon } from '../dom.js';

const MAX_HEIGHT_PX = 220;
/** Roughly what fits into a prompt; the server has the last word. */
const MAX_CHARACTERS = 8000;

/**
 * @param {import('../app.js').App} app
 * @returns {HTMLElement}
 */
export function composer(app) {
  const { store } = app;
  const notice = h('p', { class: 'notice', role: 'alert', hidden: true });
  const text = /** @type {HTMLTextAreaElement} */ (h('textarea', {
    id: 'composer-text', rows: 1, maxlength: MAX_CHARACTERS, placeholder: 'Write a message', 'aria-label': 'Message',
    'aria-describedby': 'composer-hint', enterkeyhint: 'send', autocomplete: 'off',
  }));
  const send = /** @type {HTMLButtonElement} */ (h('button', { type: 'submit', class: 'send', 'aria-label': 'Send', title: 'Send' }, icon('send')));
  const stop = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'send stop', 'aria-label': 'Stop', title: 'Stop (Esc)', hidden: true }, icon('stop')));
  const form = h('form', { class: 'composer', 'aria-label': 'Send a message' }, text, send, stop);

  const grow = () => {
    text.style.height = 'auto';
    text.style.height = `${Math.min(MAX_HEIGHT_PX, text.scrollHeight)}px`;
    send.disabled = text.value.trim() === '';
  };
  const submit = async () => {
    const value = text.value.trim();
    if (value === '' || store.isActive) {
      return;
    }
    setText('');
    const { taken, conversationId } = await app.send(value);
    if (!taken) {
      giveBack(conversationId, value);
    }
  };
  const setText = (/** @type {string} */ value) => {
    text.value = value;
    memory.keepDraft(store.selectedId, value);
    grow();
  };
  /** What was not taken goes back into the box, or into the draft when another chat is open by now. */
  const giveBack = (/** @type {string|null} */ id, /** @type {string} */ value) => {
    if (id === store.selectedId && text.value === '') {
      setText(value);
      text.focus();
    } else if (memory.draft(id) === '') {
      memory.keepDraft(id, value);
    }
  };

  text.addEventListener('input', () => { memory.keepDraft(store.selectedId, text.value); grow(); });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); void submit(); });
  stop.addEventListener('click', () => { void app.stop(); text.focus(); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && store.isActive && !document.querySelector('dialog[open]') && !event.defaultPrevented) {
      void app.stop();
    }
  });
  document.addEventListener('heed-suggest', (event) => {
    setText(/** @type {CustomEvent<string>} */ (event).detail);
    void submit();
    text.focus();
  });

  store.on('activity', () => {
    send.hidden = store.isActive;
    stop.hidden = !store.isActive;
  });
  store.on('selection', () => {
    text.value = memory.draft(store.selectedId);
    grow();
    send.hidden = store.isActive;
    stop.hidden = !store.isActive;
    if (matchMedia('(hover: hover)').matches) {
      text.focus();
    }
  });
  store.on('notice', () => {
    notice.hidden = store.notice === null;
    notice.textContent = store.notice?.text ?? '';
    notice.className = `notice ${store.notice?.kind ?? ''}`;
  });

  const hint = h('p', { id: 'composer-hint', class: 'hint' }, 'A language model can be wrong.', h('span', { class: 'wide-only' }, ' Enter sends, Shift+Enter makes a new line.'));
  grow();
  return h('div', { class: 'composer-area' }, notice, form, hint);
}
