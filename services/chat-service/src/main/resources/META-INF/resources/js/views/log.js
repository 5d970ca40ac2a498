/** The messages of the open conversation, and the page that a person sees before the first one. */

import { h } from '../dom.js';
import { MessageView } from './message.js';

const SUGGESTIONS = [
  'Explain in three sentences why the sky is blue.',
  'Give me five ideas for a rainy afternoon.',
  'Write a short, friendly note to thank a neighbour.',
];

/** Nearer to the end than this counts as reading along. */
const NEAR_END_PX = 120;

/**
 * @param {import('../app.js').App} app
 * @returns {HTMLElement}
 */
export function messageLog(app) {
  const { store } = app;
  const column = h('div', { class: 'column', role: 'log', 'aria-label': 'Messages', 'aria-live': 'off' });
  const scroller = h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Conversation' }, column);
  /** @type {Map<import('../types.js').Message, MessageView>} */
  let views = new Map();
  let following = true;
  scroller.addEventListener('scroll', () => {
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
  });
  const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; };

  const showAll = () => {
    const conversation = store.selected;
    const messages = conversation?.messages ?? [];
    const before = views;
    views = new Map(messages.map((m, i) => [m, before.get(m) ?? new MessageView(app, m, messages[i - 1])]));
    if (messages.length > 0) {
      column.replaceChildren(...[...views.values()].map((v) => v.element));
    } else if (!conversation || conversation.messages) {
      column.replaceChildren(welcome());
    } else {
      column.replaceChildren(h('p', { class: 'loading' }, 'Loading …'));
    }
    following = messages.length > 0;
    scroller.scrollTop = following ? scroller.scrollHeight : 0;
  };
  store.on('messages', showAll);
  store.on('selection', showAll);
  store.on('message', (message) => {
    views.get(message)?.changed();
    if (following) {
      requestAnimationFrame(() => { if (following) toEnd(); });
    }
  });
  showAll();
  return scroller;
}

function welcome() {
  return h('div', { class: 'welcome' },
    h('img', { src: '/favicon.svg', alt: '', width: 52, height: 52 }),
    h('h2', {}, 'A chat that learns from the people who help it'),
    h('p', {}, 'Ask anything. Every word is checked for safety before you see it. Rate the replies, and tell Heed what would have been better: that is how it improves. Nothing you write is used for training unless you switch sharing on.'),
    h('ul', { class: 'suggestions', 'aria-label': 'Suggestions' }, ...SUGGESTIONS.map((text) => {
      const button = h('button', { type: 'button' }, text);
      button.addEventListener('click', () => document.dispatchEvent(new CustomEvent('heed-suggest', { detail: text })));
      return h('li', {}, button);
    })));
}
