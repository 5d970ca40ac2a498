/**
 * Markdown to safe elements. What comes out of the parser is never trusted: DOMPurify keeps an
 * allow-list of tags without images, frames, forms or styles, and links open elsewhere without a referrer.
 */

import { DOMPurify, Marked } from './vendor.js';
import { copyText, h, icon } from './dom.js';

/** @param {string} text */
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Longer texts are shown as they are: parsing them at each chunk would take too long. */
const MAX_PARSED = 60_000;

const PURIFY = {
  ALLOWED_TAGS: ['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'h2', 'h3', 'h4', 'h5', 'h6',
    'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ALLOWED_ATTR: ['href', 'class', 'start'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  RETURN_DOM_FRAGMENT: true,
};

const marked = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: {
    /** Raw HTML is shown as the text that it is. */
    html({ text, block }) {
      return block ? `<p>${escape(text)}</p>` : escape(text);
    },
    /** No image is loaded from anywhere: its text stands as a link. */
    image({ href, text }) {
      return `<a href="${escape(href)}">${escape(text || 'image')}</a>`;
    },
    /** The page's own headings come above those of a reply. */
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 2);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    checkbox({ checked }) {
      return checked ? '☑ ' : '☐ ';
    },
  },
});

/**
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text) {
  if (text.length > MAX_PARSED) {
    const fragment = document.createDocumentFragment();
    fragment.append(h('p', { class: 'plain' }, text));
    return fragment;
  }
  const fragment = /** @type {DocumentFragment} */ (DOMPurify.sanitize(marked.parse(text), PURIFY));
  fragment.querySelectorAll('a').forEach(secureLink);
  fragment.querySelectorAll('[class]:not(pre > code)').forEach((element) => element.removeAttribute('class'));
  fragment.querySelectorAll('pre').forEach(frameCode);
  fragment.querySelectorAll('table').forEach(frameTable);
  return fragment;
}

/** @param {HTMLAnchorElement} link */
function secureLink(link) {
  if (!link.hasAttribute('href')) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow ugc';
}

/** @param {HTMLPreElement} pre */
function frameCode(pre) {
  const code = pre.querySelector('code');
  const language = /language-([\w+#.-]{1,20})/.exec(code?.className ?? '')?.[1] ?? '';
  code?.removeAttribute('class');
  pre.tabIndex = 0;
  pre.setAttribute('aria-label', language ? `Code, ${language}` : 'Code');
  pre.setAttribute('role', 'region');
  const frame = h('div', { class: 'code-block' }, h('div', { class: 'code-head' }, h('span', {}, language || 'code'), copyButton(() => pre.textContent ?? '')));
  pre.replaceWith(frame);
  frame.append(pre);
}

/** @param {HTMLTableElement} table */
function frameTable(table) {
  const frame = h('div', { class: 'table-scroll', role: 'region', 'aria-label': 'Table', tabindex: 0 });
  table.replaceWith(frame);
  frame.append(table);
}

/**
 * @param {() => string} text
 * @returns {HTMLElement} a button that copies and says so
 */
export function copyButton(text) {
  const words = h('span', {}, 'Copy');
  const button = h('button', { type: 'button', class: 'text-button copy' }, icon('copy'), words);
  button.addEventListener('click', async () => {
    words.textContent = (await copyText(text())) ? 'Copied' : 'Not allowed';
    setTimeout(() => { words.textContent = 'Copy'; }, 2000);
  });
  return button;
}
