/** The bar above the messages: menu, title, consent and theme. */

import * as memory from '../memory.js';
import { h, icon, iconButton } from '../dom.js';
import { consentButton } from './consent.js';

const THEMES = /** @type {const} */ (['system', 'light', 'dark']);
const THEME_ICON = /** @type {const} */ ({ system: 'system', light: 'sun', dark: 'moon' });

/**
 * @param {import('../app.js').App} app
 * @param {{menuButton: HTMLElement}} side
 * @returns {HTMLElement}
 */
export function header(app, side) {
  const title = h('h1', { class: 'title' });
  const show = () => {
    title.textContent = app.store.selected?.title || 'New chat';
    document.title = app.store.selected ? `${app.store.selected.title || 'Chat'} · Heed` : 'Heed';
  };
  app.store.on('conversations', show);
  app.store.on('selection', show);
  show();
  return h('header', { class: 'header' }, side.menuButton, title, consentButton(app), themeButton());
}

function themeButton() {
  const button = iconButton('system', 'Theme');
  const show = () => {
    const theme = memory.theme();
    button.replaceChildren(icon(THEME_ICON[theme]));
    button.setAttribute('aria-label', `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  button.addEventListener('click', () => {
    memory.keepTheme(THEMES[(THEMES.indexOf(memory.theme()) + 1) % THEMES.length]);
    show();
  });
  show();
  return button;
}
