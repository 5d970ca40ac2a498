/** Small helpers to build elements. Text always enters as text, never as HTML. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Builds an element.
 *
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on<Event>` adds a listener, `class` and `aria-*` as in HTML;
 *     false, null and undefined leave an attribute out, true sets it empty
 * @param {...(Node|string|null|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2).toLowerCase(), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  for (const child of children) {
    if (child !== null && child !== false && child !== undefined) {
      element.append(child);
    }
  }
  return element;
}

/** Outlines on a 24 x 24 grid, drawn with the text's colour. */
const ICONS = {
  plus: 'M12 5v14M5 12h14',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6L6 18',
  edit: 'M4 20h4L19 9l-4-4L4 16v4zM13.5 6.5l4 4',
  trash: 'M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  up: 'M7 11v9H4v-9h3zm0 0l4-8c1.7 0 3 1.3 3 3v3h5.5c1.2 0 2.1 1.1 1.9 2.3l-1.2 7c-.2 1-1 1.7-2 1.7H7',
  down: 'M17 13V4h3v9h-3zm0 0l-4 8c-1.7 0-3-1.3-3-3v-3H4.5c-1.2 0-2.1-1.1-1.9-2.3l1.2-7C4 4.7 4.8 4 5.8 4H17',
  shield: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6l7-3zM12 9v3.5M12 16h.01',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  share: 'M8 12a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM21 6a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM21 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM7.7 10.8l8.6-3.7M7.7 13.2l8.6 3.7',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4 12H2M22 12h-2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  system: 'M3 5h18v11H3zM8 20h8M12 16v4',
};

/**
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement} hidden from screen readers: the button around it carries the label
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button with an icon only.
 *
 * @param {keyof typeof ICONS} name
 * @param {string} label what it does, for the tooltip and screen readers
 * @param {Record<string, any>} [attributes]
 * @returns {HTMLButtonElement}
 */
export function iconButton(name, label, attributes = {}) {
  const { class: extra = '', ...rest } = attributes;
  const all = { type: 'button', 'aria-label': label, title: label, ...rest, class: `icon-button ${extra}`.trim() };
  return /** @type {HTMLButtonElement} */ (h('button', all, icon(name)));
}

/**
 * Speaks a sentence to screen readers once, when they have finished what they are saying.
 *
 * @param {string} text
 */
export function announce(text) {
  const region = document.getElementById('announcer');
  if (region) {
    region.textContent = '';
    // A separate task, so that the same sentence twice is still a change.
    setTimeout(() => { region.textContent = text; }, 30);
  }
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the clipboard took it
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string} a random key; crypto.randomUUID would need HTTPS, and a team's first try may have none */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * Does something when an element is first seen.
 *
 * @param {Element} element
 * @param {() => void} action
 */
export function whenVisible(element, action) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      action();
    }
  });
  observer.observe(element);
}
