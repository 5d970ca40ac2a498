/** The consent switch of a conversation, with what it means in plain words. Off until a person turns it on. */

import { announce, h, icon } from '../dom.js';
import { showDialog } from './dialogs.js';

/**
 * @param {import('../app.js').App} app
 * @returns {HTMLElement} the button that shows the state and opens the switch
 */
export function consentButton(app) {
  const words = h('span', { class: 'consent-words' });
  const button = h('button', { type: 'button', class: 'consent', 'aria-haspopup': 'dialog' });
  const show = () => {
    words.textContent = app.consent ? 'Shared' : 'Not shared';
    button.classList.toggle('on', app.consent);
    button.setAttribute('aria-label', app.consent
      ? 'This conversation is shared to improve the model. Change'
      : 'This conversation is not shared. Change');
    button.replaceChildren(icon(app.consent ? 'share' : 'lock'), words);
  };
  button.addEventListener('click', () => openConsent(app));
  app.store.on('conversations', show);
  app.store.on('selection', show);
  show();
  return button;
}

/** @param {import('../app.js').App} app */
function openConsent(app) {
  const toggle = h('button', { type: 'button', role: 'switch', class: 'switch', 'aria-checked': String(app.consent), 'aria-labelledby': 'consent-label', autofocus: true },
    h('span', { class: 'knob' }));
  const row = h('div', { class: 'switch-row' }, h('span', { id: 'consent-label' }, 'Share this conversation to improve the model'), toggle);
  toggle.addEventListener('click', () => {
    const share = toggle.getAttribute('aria-checked') !== 'true';
    toggle.setAttribute('aria-checked', String(share));
    void app.setConsent(share).then(() => {
      toggle.setAttribute('aria-checked', String(app.consent));
      announce(app.consent ? 'This conversation is shared now.' : 'This conversation is not shared.');
    });
  });
  const close = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'button primary' }, 'Done'));
  const dialog = showDialog('Sharing', [
    row,
    h('p', {}, 'When this is on, what you and Heed write in this conversation, and your feedback on it, may be used to train later models. Names and contact details are removed as far as a program can find them.'),
    h('p', {}, 'When it is off, the text is kept only so that you can come back to it, and never used for training. You can change this at any time. Please share nothing that others should not know.'),
  ], [close]);
  close.addEventListener('click', () => dialog.close());
}
