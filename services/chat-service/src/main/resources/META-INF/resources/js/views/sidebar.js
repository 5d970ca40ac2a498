/** The list of conversations: open, rename, delete, begin a new one. On a phone it is a drawer. */

import { announce, h, icon, iconButton } from '../dom.js';
import { confirm } from './dialogs.js';

/**
 * @param {import('../app.js').App} app
 * @returns {{element: HTMLElement, backdrop: HTMLElement, menuButton: HTMLElement}}
 */
export function sidebar(app) {
  const { store } = app;
  const list = h('ul', { class: 'conversations' });
  const empty = h('p', { class: 'side-empty' }, 'Your conversations will be listed here.');
  const fresh = h('button', { type: 'button', class: 'button new-chat' }, icon('plus'), 'New chat');
  const closeButton = iconButton('close', 'Close the list', { class: 'phone-only' });
  const element = h('nav', { class: 'sidebar', id: 'sidebar', 'aria-label': 'Conversations' },
    h('div', { class: 'brand' }, h('img', { src: '/favicon.svg', alt: '', width: 26, height: 26 }), h('span', {}, 'Heed'), closeButton),
    fresh, empty, list);
  const backdrop = h('div', { class: 'backdrop' });
  const menuButton = iconButton('menu', 'Open the list', { class: 'phone-only', 'aria-expanded': 'false', 'aria-controls': 'sidebar' });
  const drawer = drawerOf(element, menuButton, closeButton);

  const show = () => {
    empty.hidden = store.conversations.length > 0;
    list.replaceChildren(...store.conversations.map((c) => item(app, c, drawer)));
  };
  fresh.addEventListener('click', () => {
    app.newChat();
    drawer(false);
    document.getElementById('composer-text')?.focus();
  });
  menuButton.addEventListener('click', () => drawer(true));
  closeButton.addEventListener('click', () => drawer(false));
  backdrop.addEventListener('click', () => drawer(false));
  store.on('conversations', show);
  store.on('selection', show);
  return { element, backdrop, menuButton };
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} menuButton
 * @param {HTMLElement} closeButton
 * @returns {(open: boolean) => void}
 */
function drawerOf(element, menuButton, closeButton) {
  const narrow = matchMedia('(max-width: 760px)');
  const set = (/** @type {boolean} */ open) => {
    const wasOpen = document.body.classList.contains('drawer-open');
    document.body.classList.toggle('drawer-open', open && narrow.matches);
    menuButton.setAttribute('aria-expanded', String(open));
    const main = /** @type {HTMLElement|null} */ (document.querySelector('main'));
    if (main) {
      main.inert = open && narrow.matches;
    }
    element.inert = !open && narrow.matches;
    if (open) {
      closeButton.focus();
    } else if (wasOpen) {
      menuButton.focus();
    }
  };
  narrow.addEventListener('change', () => set(false));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.body.classList.contains('drawer-open') && !event.defaultPrevented) {
      event.preventDefault();
      set(false);
    }
  });
  set(false);
  return set;
}

/**
 * @param {import('../app.js').App} app
 * @param {import('../types.js').Conversation} conversation
 * @param {(open: boolean) => void} drawer
 */
function item(app, conversation, drawer) {
  const title = conversation.title || 'Untitled';
  const current = conversation.id === app.store.selectedId;
  const link = h('a', { href: `#/c/${conversation.id}`, 'aria-current': current ? 'page' : null, title }, title);
  link.addEventListener('click', () => drawer(false));
  const rename = iconButton('edit', `Rename ${title}`);
  const remove = iconButton('trash', `Delete ${title}`);
  const row = h('li', { class: current ? 'current' : '' }, link, h('span', { class: 'row-buttons' }, rename, remove));
  rename.addEventListener('click', () => startRenaming(app, conversation, row));
  remove.addEventListener('click', async () => {
    if (await confirm('Delete this conversation?', `“${title}” and all of its messages will be deleted. This cannot be undone.`, 'Delete')) {
      await app.remove(conversation.id);
      announce('Deleted.');
      document.getElementById('composer-text')?.focus();
    }
  });
  return row;
}

/**
 * @param {import('../app.js').App} app
 * @param {import('../types.js').Conversation} conversation
 * @param {HTMLElement} row
 */
function startRenaming(app, conversation, row) {
  const input = /** @type {HTMLInputElement} */ (h('input', { type: 'text', value: conversation.title, maxlength: 60, 'aria-label': 'New title', class: 'rename' }));
  let ended = false;
  const end = (/** @type {boolean} */ keep) => {
    if (ended) {
      return;
    }
    ended = true;
    const title = input.value.trim();
    if (keep && title !== '' && title !== conversation.title) {
      void app.rename(conversation.id, title);
    } else {
      app.store.emit('conversations');
    }
    /** @type {HTMLElement|null} */ (document.querySelector(`a[href="#/c/${conversation.id}"]`))?.focus();
  };
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      end(true);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      end(false);
    }
  });
  input.addEventListener('blur', () => end(true));
  row.replaceChildren(input);
  input.focus();
  input.select();
}
