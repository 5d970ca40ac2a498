/** What the browser remembers for a person: drafts and the theme. Everything else is the server's to know. */

/**
 * @param {string} key
 * @returns {string} empty when nothing is stored or storage is forbidden
 */
function get(key) {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/**
 * @param {string} key
 * @param {string} value empty: forget it
 */
function set(key, value) {
  try {
    if (value) {
      localStorage.setItem(key, value);
    } else {
      localStorage.removeItem(key);
    }
  } catch {
    // Storage is forbidden or full: the page works without.
  }
}

/** @param {string|null} conversationId null: a chat that has not begun */
export const draft = (conversationId) => get(`heed.draft.${conversationId ?? 'new'}`);

/**
 * @param {string|null} conversationId
 * @param {string} text
 */
export const keepDraft = (conversationId, text) => set(`heed.draft.${conversationId ?? 'new'}`, text);

/** @returns {'system'|'light'|'dark'} */
export function theme() {
  const value = get('heed.theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** @param {'system'|'light'|'dark'} value */
export function keepTheme(value) {
  set('heed.theme', value === 'system' ? '' : value);
  if (value === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = value;
  }
}
