/**
 * One turn at a time per conversation: sends the person's text, reads the reply's stream, and takes
 * it up again where it stopped when the connection breaks.
 */

import * as api from './api.js';
import { announce, newKey } from './dom.js';
import { explain, explainFailure } from './words.js';

/** @typedef {import('./types.js').Message} Message */

/** The first tries come well within the seconds that the service waits before it takes a person as gone. */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 8_000;
/** Tries without any new event; with the delays above that is about half a minute. */
const MAX_TRIES = 9;
const LOST = 'Connection lost. Trying again …';

/** A reply that is being written. */
class RunningReply {
  controller = new AbortController();
  replyId = '';
  lastEventId = '';
  finished = false;
  stopped = false;
  tries = 0;
}

/** Sends turns, follows replies and stops them. */
export class Turns {
  /** @type {Map<string, RunningReply>} by conversation id */
  #running = new Map();

  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
  }

  /**
   * Sends a turn and follows its reply to the end.
   *
   * @param {import('./types.js').Conversation} conversation
   * @param {string} text
   * @returns {Promise<boolean>} false when the server did not take it; the store's notice says why
   */
  async send(conversation, text) {
    const messages = (conversation.messages ??= []);
    const question = newMessage('user', text, 'complete');
    const answer = newMessage('assistant', '', 'streaming');
    messages.push(question, answer);
    this.store.emit('messages');
    announce('Sent. Heed is writing.');
    const key = newKey();
    const open = (/** @type {RunningReply} */ running) => api.submitTurn(conversation.id, text, key, running.controller.signal);
    const failure = await this.#follow(conversation.id, answer, open);
    if (!failure) {
      return true;
    }
    conversation.messages = conversation.messages?.filter((m) => m !== question && m !== answer);
    this.store.emit('messages');
    const where = this.store.selectedId === conversation.id ? '' : `“${conversation.title}”: `;
    this.store.setNotice(where + explain(failure));
    return false;
  }

  /**
   * Follows a reply that was being written when the page was loaded.
   *
   * @param {string} conversationId
   * @param {Message} answer
   */
  async resume(conversationId, answer) {
    if (this.#running.has(conversationId)) {
      return;
    }
    answer.text = '';
    await this.#follow(conversationId, answer, null);
  }

  /** @param {string} conversationId */
  async stop(conversationId) {
    const running = this.#running.get(conversationId);
    if (!running || running.stopped) {
      return;
    }
    running.stopped = true;
    const cancelled = running.replyId ? api.cancelReply(conversationId, running.replyId).catch(() => {}) : null;
    running.controller.abort();
    await cancelled;
  }

  /**
   * @param {string} conversationId
   * @param {Message} answer
   * @param {((running: RunningReply) => Promise<AsyncGenerator<import('./types.js').ServerEvent>>)|null} submit null: the
   *     turn is known to the server
   * @returns {Promise<unknown>} why the turn was not taken, undefined when it was
   */
  async #follow(conversationId, answer, submit) {
    const running = new RunningReply();
    running.replyId = submit ? '' : answer.id;
    this.#running.set(conversationId, running);
    this.store.setActive(conversationId, true);
    try {
      return await this.#attempts(conversationId, answer, running, submit);
    } finally {
      this.#running.delete(conversationId);
      this.store.setActive(conversationId, false);
    }
  }

  /**
   * @param {string} conversationId
   * @param {Message} answer
   * @param {RunningReply} running
   * @param {((running: RunningReply) => Promise<AsyncGenerator<import('./types.js').ServerEvent>>)|null} submit
   */
  async #attempts(conversationId, answer, running, submit) {
    while (!running.finished && !running.stopped) {
      try {
        const events = running.replyId
          ? await api.resumeReply(conversationId, running.replyId, running.lastEventId, running.controller.signal)
          : await /** @type {NonNullable<typeof submit>} */ (submit)(running);
        for await (const event of events) {
          this.#take(conversationId, answer, running, event);
          if (running.finished) {
            break;
          }
        }
      } catch (e) {
        if (!running.stopped && !isTransient(e, running.replyId !== '')) {
          return this.#giveUp(conversationId, answer, running, e);
        }
      }
      if (running.finished || running.stopped) {
        break;
      }
      if (++running.tries > MAX_TRIES) {
        return this.#giveUp(conversationId, answer, running, new api.ApiError('offline', 0));
      }
      this.store.changeMessage(conversationId, answer, { note: LOST });
      await delay(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (running.tries - 1)), running.controller.signal);
    }
    if (running.stopped && !running.finished) {
      this.store.changeMessage(conversationId, answer, { status: 'cancelled', note: undefined });
      announce('Stopped.');
    }
    return undefined;
  }

  /**
   * @param {string} conversationId
   * @param {Message} answer
   * @param {RunningReply} running
   * @param {unknown} error
   * @returns {unknown} the error when the server never took the turn
   */
  #giveUp(conversationId, answer, running, error) {
    if (!running.replyId) {
      return error;
    }
    this.store.changeMessage(conversationId, answer, { status: 'failed', note: undefined, error: explain(error) });
    announce(explain(error));
    return undefined;
  }

  /**
   * @param {string} conversationId
   * @param {Message} answer
   * @param {RunningReply} running
   * @param {import('./types.js').ServerEvent} event
   */
  #take(conversationId, answer, running, { event, id, data }) {
    running.tries = 0;
    running.lastEventId = id || running.lastEventId;
    const change = (/** @type {Partial<Message>} */ c) => this.store.changeMessage(conversationId, answer, { note: undefined, ...c });
    switch (event) {
      case 'turn':
        running.replyId = data.reply_id;
        change({ id: data.reply_id, pending: false });
        break;
      case 'chunk':
        change({ text: answer.text + (data.text ?? '') });
        break;
      case 'restart':
        change({ text: '' });
        break;
      case 'refusal':
      case 'withdrawal':
        running.finished = true;
        change({
          text: data.text ?? '',
          status: event === 'refusal' ? 'refused' : 'withdrawn',
          filtered: { category: data.category ?? '', source: data.source ?? '', score: data.score ?? 0 },
        });
        announce(`Filtered. ${answer.text}`);
        break;
      case 'failure':
        running.finished = true;
        change({ status: 'failed', error: explainFailure(data.code) });
        announce(answer.error ?? '');
        break;
      case 'done':
        running.finished = true;
        change({ status: data.finish_reason === 'cancelled' ? 'cancelled' : 'complete' });
        announce(`Heed said: ${answer.text}`);
        break;
      default:
        // An event of a later version: what matters comes in those above.
        break;
    }
  }
}

/**
 * @param {'user'|'assistant'} role
 * @param {string} text
 * @param {import('./types.js').MessageStatus} status
 * @returns {Message}
 */
function newMessage(role, text, status) {
  return { id: `local-${newKey()}`, role, text, status, filtered: null, pending: true, given: null };
}

/**
 * Whether trying again by itself can help: the connection broke, or the server restarts.
 *
 * @param {unknown} error
 * @param {boolean} taken the turn is known to the server; before that, a 503 is its answer to the person
 */
function isTransient(error, taken) {
  return !(error instanceof api.ApiError) || error.kind === 'offline' || (error.kind === 'busy' && (taken || error.status !== 503));
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal ends the wait early, as coming online again does
 */
function delay(milliseconds, signal) {
  return new Promise((resolve) => {
    const ended = new AbortController();
    const end = () => { ended.abort(); resolve(undefined); };
    const timer = setTimeout(end, milliseconds);
    ended.signal.addEventListener('abort', () => clearTimeout(timer));
    signal.addEventListener('abort', end, { signal: ended.signal });
    window.addEventListener('online', end, { signal: ended.signal });
  });
}
