/** What a person can do on the page, in terms of the API and the store. */

import * as api from './api.js';
import * as memory from './memory.js';
import { Store } from './store.js';
import { Turns } from './turns.js';
import { explain } from './words.js';

const MAX_TITLE = 60;

/** Joins the store, the API and the address bar (`#/c/<id>`). */
export class App {
  store = new Store();
  turns = new Turns(this.store);

  /** @type {Map<string, Promise<void>>} conversations whose messages are on their way */
  #loading = new Map();

  #beginning = false;

  /**
   * Settled when the first answer is here. It brings a stranger their session, so nothing else may be asked
   * before it: two first requests would bring two sessions, and the conversation would be in the lost one.
   */
  #started = Promise.resolve();

  /** Loads the list and opens what the address names. */
  start() {
    window.addEventListener('hashchange', () => this.#openFromAddress());
    window.addEventListener('online', () => this.store.setNotice(''));
    window.addEventListener('offline', () => this.store.setNotice('You are offline. Your text is kept here.', 'info'));
    this.#started = this.#listAndOpen();
    return this.#started;
  }

  async #listAndOpen() {
    let failure = null;
    try {
      this.store.setConversations(await api.listConversations());
    } catch (e) {
      failure = e;
    }
    await this.#openFromAddress();
    if (failure) {
      this.store.setNotice(explain(failure));
    }
  }

  async #openFromAddress() {
    const id = idInAddress();
    if (id === this.store.selectedId && id !== null) {
      return;
    }
    if (id !== null && !this.store.find(id) && !await this.#found(id)) {
      return;
    }
    this.store.select(id);
    const conversation = this.store.selected;
    if (conversation) {
      await this.#loaded(conversation);
    }
  }

  /**
   * Looks for a conversation that the list does not name: it is another tab's, or the list could not be read.
   *
   * @param {string} id
   * @returns {Promise<boolean>} whether it is there and still what the address names
   */
  async #found(id) {
    try {
      const conversation = await api.readConversation(id);
      if (!this.store.find(id)) {
        this.store.addConversation(conversation);
        this.#goOn(conversation);
      }
      return idInAddress() === id;
    } catch (e) {
      const gone = e instanceof api.ApiError && e.kind === 'missing';
      if (gone) {
        this.newChat();
      }
      this.store.setNotice(gone ? 'This conversation is not there any more.' : explain(e), gone ? 'info' : 'error');
      return false;
    }
  }

  /** @param {import('./types.js').Conversation} conversation */
  async #loaded(conversation) {
    if (conversation.messages) {
      return;
    }
    const loading = this.#loading.get(conversation.id) ?? this.#load(conversation);
    this.#loading.set(conversation.id, loading);
    await loading;
    this.#loading.delete(conversation.id);
  }

  /** @param {import('./types.js').Conversation} conversation */
  async #load(conversation) {
    try {
      const whole = await api.readConversation(conversation.id);
      Object.assign(conversation, whole);
      this.store.emit('conversations');
      this.store.emit('messages');
      this.#goOn(conversation);
    } catch (e) {
      this.store.setNotice(explain(e));
    }
  }

  /**
   * Follows a reply that was being written when the conversation was read.
   *
   * @param {import('./types.js').Conversation} conversation
   */
  #goOn(conversation) {
    const last = conversation.messages?.at(-1);
    if (last?.role === 'assistant' && last.status === 'streaming') {
      void this.turns.resume(conversation.id, last);
    }
  }

  /** Leaves the open conversation for an empty page. */
  newChat() {
    this.store.newChatConsent = false;
    history.pushState(null, '', location.pathname);
    this.store.select(null);
  }

  /** @param {string} id */
  open(id) {
    location.hash = `#/c/${id}`;
  }

  /**
   * Sends a turn; the first one begins a conversation.
   *
   * @param {string} text
   * @returns {Promise<{taken: boolean, conversationId: string|null}>} whether the server took it, and where
   */
  async send(text) {
    await this.#started;
    this.store.setNotice('');
    let conversation = this.store.selected;
    if (!conversation && this.#beginning) {
      return { taken: false, conversationId: null };
    }
    try {
      conversation ??= await this.#begin(text);
      await this.#loaded(conversation);
    } catch (e) {
      this.store.setNotice(explain(e));
      return { taken: false, conversationId: null };
    }
    const taken = Boolean(conversation.messages) && await this.turns.send(conversation, text);
    return { taken, conversationId: conversation.id };
  }

  /** @param {string} text */
  async #begin(text) {
    const conversation = await this.#created(text);
    conversation.messages = [];
    // What was written since Enter was pressed comes along.
    memory.keepDraft(conversation.id, memory.draft(null));
    memory.keepDraft(null, '');
    this.store.addConversation(conversation);
    history.pushState(null, '', `#/c/${conversation.id}`);
    this.store.select(conversation.id);
    return conversation;
  }

  /** @param {string} text */
  async #created(text) {
    this.#beginning = true;
    try {
      return await api.createConversation(titleOf(text), this.store.newChatConsent);
    } finally {
      this.#beginning = false;
    }
  }

  /** Stops the reply that is being written. */
  async stop() {
    if (this.store.selectedId) {
      await this.turns.stop(this.store.selectedId);
    }
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  async rename(id, title) {
    const before = this.store.find(id)?.title ?? '';
    await this.#change(id, { title: title.slice(0, MAX_TITLE) }, { title: before });
  }

  /**
   * Changes whether the open conversation is shared; for a chat that has not begun, it is sent with
   * the first message.
   *
   * @param {boolean} share
   */
  async setConsent(share) {
    const conversation = this.store.selected;
    if (conversation) {
      await this.#change(conversation.id, { share_consent: share }, { share_consent: conversation.share_consent });
    } else {
      this.store.newChatConsent = share;
      this.store.emit('conversations');
    }
  }

  /** Whether the open conversation is shared. */
  get consent() {
    return this.store.selected?.share_consent ?? this.store.newChatConsent;
  }

  /**
   * Shows a change at once and takes it back when the server refuses it.
   *
   * @param {string} id
   * @param {{title?: string, share_consent?: boolean}} change
   * @param {{title?: string, share_consent?: boolean}} before
   */
  async #change(id, change, before) {
    this.store.changeConversation(id, change);
    try {
      await api.changeConversation(id, change);
    } catch (e) {
      this.store.changeConversation(id, before);
      this.store.setNotice(explain(e));
    }
  }

  /** @param {string} id */
  async remove(id) {
    try {
      await this.turns.stop(id);
      await api.deleteConversation(id);
    } catch (e) {
      this.store.setNotice(explain(e));
      return;
    }
    memory.keepDraft(id, '');
    this.store.removeConversation(id);
    if (this.store.selectedId === id) {
      this.newChat();
    }
  }
}

/** @returns {string|null} null: a chat that has not begun */
function idInAddress() {
  return /^#\/c\/([\w-]+)$/.exec(location.hash)?.[1] ?? null;
}

/** @param {string} text */
function titleOf(text) {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1).trimEnd()}…`;
}
