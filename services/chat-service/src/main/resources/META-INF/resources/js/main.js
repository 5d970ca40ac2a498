/** Puts the page together. */

import { App } from './app.js';
import { h } from './dom.js';
import { composer } from './views/composer.js';
import { header } from './views/header.js';
import { messageLog } from './views/log.js';
import { sidebar } from './views/sidebar.js';

const app = new App();
const side = sidebar(app);
const main = h('main', { class: 'main' }, header(app, side), messageLog(app), composer(app));
document.getElementById('app')?.replaceChildren(side.element, side.backdrop, main);
await app.start();
