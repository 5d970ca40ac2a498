/** Modal questions, on the platform's own dialog: it keeps the focus inside and gives it back. */

import { h } from '../dom.js';

/**
 * Shows a dialog until it is closed, then removes it.
 *
 * @param {string} title
 * @param {Array<Node|string>} content
 * @param {Array<HTMLButtonElement>} buttons
 * @returns {HTMLDialogElement}
 */
export function showDialog(title, content, buttons) {
  const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
    h('h2', { id: 'dialog-title' }, title), ...content, h('div', { class: 'dialog-buttons' }, ...buttons)));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * @param {string} title
 * @param {string} question
 * @param {string} yes the button that does it
 * @returns {Promise<boolean>}
 */
export function confirm(title, question, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const accept = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'button danger' }, yes));
    const cancel = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'button', autofocus: true }, 'Cancel'));
    const dialog = showDialog(title, [h('p', {}, question)], [cancel, accept]);
    accept.addEventListener('click', () => { answer = true; dialog.close(); });
    cancel.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => resolve(answer));
  });
}
