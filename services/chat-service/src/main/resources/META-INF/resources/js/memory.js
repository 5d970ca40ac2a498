/** What the browser remembers for a person: drafts, the theme, and which feedback was given. */

const FEEDBACK = 'heed.feedback';
const MAX_FEEDBACK = 500;

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

/** @returns {Record<string, import('./types.js').GivenFeedback>} by reply id */
function allFeedback() {
  try {
    const value = JSON.parse(get(FEEDBACK) || '{}');
    return value && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} replyId
 * @returns {import('./types.js').GivenFeedback|undefined}
 */
export const feedback = (replyId) => allFeedback()[replyId];

/**
 * @param {string} replyId
 * @param {import('./types.js').GivenFeedback|undefined} given undefined: it was taken back
 */
export function keepFeedback(replyId, given) {
  const { [replyId]: _, ...others } = allFeedback();
  const entries = Object.entries(others).slice(-(MAX_FEEDBACK - 1));
  if (given) {
    entries.push([replyId, given]);
  }
  set(FEEDBACK, entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : '');
}
