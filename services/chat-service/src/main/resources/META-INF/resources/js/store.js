/** The page's state and who wants to know when it changes. */

/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {import('./types.js').Message} Message */

/**
 * What changed: the list of conversations, which one is open, its messages, one message, whether a
 * reply is being written, or the notice above the message box.
 *
 * @typedef {'conversations'|'selection'|'messages'|'message'|'activity'|'notice'} Topic
 */

/** Holds conversations and the selection. It knows nothing of HTTP or of elements. */
export class Store {
  /** @type {Conversation[]} newest first */
  conversations = [];

  /** @type {string|null} null: a chat that has not begun */
  selectedId = null;

  /** Consent for a chat that has not begun. */
  newChatConsent = false;

  /** @type {{text: string, kind: 'error'|'info'}|null} */
  notice = null;

  /** @type {Set<string>} conversations in which a reply is being written */
  active = new Set();

  /** @type {Map<Topic, Array<(detail?: any) => void>>} */
  #listeners = new Map();

  /**
   * @param {Topic} topic
   * @param {(detail?: any) => void} listener
   */
  on(topic, listener) {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  /**
   * @param {Topic} topic
   * @param {any} [detail]
   */
  emit(topic, detail) {
    for (const listener of this.#listeners.get(topic) ?? []) {
      listener(detail);
    }
  }

  /** @returns {Conversation|null} */
  get selected() {
    return this.find(this.selectedId);
  }

  /**
   * @param {string|null} id
   * @returns {Conversation|null}
   */
  find(id) {
    return this.conversations.find((c) => c.id === id) ?? null;
  }

  /** @param {Conversation[]} conversations */
  setConversations(conversations) {
    this.conversations = conversations;
    this.emit('conversations');
  }

  /** @param {Conversation} conversation */
  addConversation(conversation) {
    this.conversations = [conversation, ...this.conversations];
    this.emit('conversations');
  }

  /** @param {string} id */
  removeConversation(id) {
    this.conversations = this.conversations.filter((c) => c.id !== id);
    this.emit('conversations');
  }

  /**
   * @param {string} id
   * @param {Partial<Conversation>} change
   */
  changeConversation(id, change) {
    const conversation = this.find(id);
    if (conversation) {
      Object.assign(conversation, change);
      this.emit('conversations');
    }
  }

  /** @param {string|null} id */
  select(id) {
    this.selectedId = id;
    this.notice = null;
    this.emit('notice');
    this.emit('selection');
  }

  /**
   * @param {string} conversationId
   * @param {Message} message
   * @param {Partial<Message>} change
   */
  changeMessage(conversationId, message, change) {
    Object.assign(message, change);
    if (conversationId === this.selectedId) {
      this.emit('message', message);
    }
  }

  /**
   * @param {string} conversationId
   * @param {boolean} active
   */
  setActive(conversationId, active) {
    if (active) {
      this.active.add(conversationId);
    } else {
      this.active.delete(conversationId);
    }
    this.emit('activity', conversationId);
  }

  /** Whether a reply is being written in the open conversation. */
  get isActive() {
    return this.selectedId !== null && this.active.has(this.selectedId);
  }

  /**
   * @param {string} text empty: no notice
   * @param {'error'|'info'} [kind]
   */
  setNotice(text, kind = 'error') {
    this.notice = text ? { text, kind } : null;
    this.emit('notice');
  }
}
