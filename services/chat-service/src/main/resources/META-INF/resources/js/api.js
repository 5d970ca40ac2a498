/** Heed's HTTP API. Every failure is an ApiError whose `kind` the page has words for. */

import { serverEvents } from './sse.js';

/** @typedef {'offline'|'busy'|'quota'|'identity'|'missing'|'unfinished'|'too_long'|'invalid'|'failed'} ErrorKind */

/** What went wrong with a request. */
export class ApiError extends Error {
  /**
   * @param {ErrorKind} kind
   * @param {number} status 0 when no answer came
   * @param {string} detail the server's own words, if any
   * @param {number} retryAfter seconds, 0 when not given
   */
  constructor(kind, status, detail = '', retryAfter = 0) {
    super(detail || kind);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/** @type {Record<number, ErrorKind>} */
const KINDS = {
  400: 'invalid', 401: 'identity', 403: 'identity', 404: 'missing', 409: 'unfinished', 413: 'too_long', 422: 'invalid',
  429: 'quota', 502: 'busy', 503: 'busy', 504: 'busy',
};

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>} with a 2xx status
 */
async function request(method, path, { body, headers = {}, signal } = {}) {
  /** @type {RequestInit} */
  const init = { method, headers: { ...headers }, signal, credentials: 'same-origin', cache: 'no-store' };
  if (body !== undefined) {
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, init);
  } catch (e) {
    if (signal?.aborted) {
      throw e;
    }
    throw new ApiError('offline', 0);
  }
  if (!response.ok) {
    throw await problem(response);
  }
  return response;
}

/** @param {Response} response */
async function problem(response) {
  let detail = '';
  try {
    const body = await response.json();
    detail = typeof body.detail === 'string' ? body.detail : '';
  } catch {
    // A proxy's page instead of a problem: the status says enough.
  }
  const retryAfter = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const kind = KINDS[response.status] ?? 'failed';
  return new ApiError(kind, response.status, detail, Number.isFinite(retryAfter) ? retryAfter : 0);
}

/** @param {string} id */
const conversation = (id) => `/v1/conversations/${encodeURIComponent(id)}`;

/**
 * @param {string} conversationId
 * @param {string} replyId
 */
const reply = (conversationId, replyId) => `${conversation(conversationId)}/replies/${encodeURIComponent(replyId)}`;

/** @returns {Promise<import('./types.js').Conversation[]>} newest first */
export async function listConversations() {
  const response = await request('GET', '/v1/conversations');
  return (await response.json()).data;
}

/**
 * @param {string} title
 * @param {boolean} shareConsent
 * @returns {Promise<import('./types.js').Conversation>}
 */
export async function createConversation(title, shareConsent) {
  const response = await request('POST', '/v1/conversations', { body: { title, share_consent: shareConsent } });
  return response.json();
}

/**
 * @param {string} id
 * @returns {Promise<import('./types.js').Conversation>} with its messages
 */
export async function readConversation(id) {
  return (await request('GET', conversation(id))).json();
}

/**
 * @param {string} id
 * @param {{title?: string, share_consent?: boolean}} change
 */
export async function changeConversation(id, change) {
  await request('PATCH', conversation(id), { body: change });
}

/** @param {string} id */
export async function deleteConversation(id) {
  await request('DELETE', conversation(id));
}

/**
 * Sends a person's turn and reads the reply's stream.
 *
 * @param {string} conversationId
 * @param {string} text
 * @param {string} idempotencyKey the same for every attempt at the same turn
 * @param {AbortSignal} signal
 */
export async function submitTurn(conversationId, text, idempotencyKey, signal) {
  const response = await request('POST', `${conversation(conversationId)}/turns`, {
    body: { text },
    headers: { Accept: 'text/event-stream', 'Idempotency-Key': idempotencyKey },
    signal,
  });
  return serverEvents(/** @type {ReadableStream<Uint8Array>} */ (response.body));
}

/**
 * Reads a reply's stream again, from the event after `lastEventId`.
 *
 * @param {string} conversationId
 * @param {string} replyId
 * @param {string} lastEventId empty: from the beginning
 * @param {AbortSignal} signal
 */
export async function resumeReply(conversationId, replyId, lastEventId, signal) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'text/event-stream' };
  if (lastEventId) {
    headers['Last-Event-ID'] = lastEventId;
  }
  const response = await request('GET', `${reply(conversationId, replyId)}/stream`, { headers, signal });
  return serverEvents(/** @type {ReadableStream<Uint8Array>} */ (response.body));
}

/**
 * @param {string} conversationId
 * @param {string} replyId
 */
export async function cancelReply(conversationId, replyId) {
  await request('POST', `${reply(conversationId, replyId)}/cancel`);
}

/**
 * @param {Record<string, unknown>} feedback
 * @param {string} idempotencyKey
 * @returns {Promise<string>} the feedback's id
 */
export async function giveFeedback(feedback, idempotencyKey) {
  const response = await request('POST', '/v1/feedback', {
    body: feedback,
    headers: { 'Idempotency-Key': idempotencyKey },
  });
  return (await response.json()).feedback_id;
}

/**
 * What this person said of a reply and has not taken back.
 *
 * @param {string} replyId
 * @returns {Promise<import('./types.js').GivenFeedback|null>} null: nothing
 */
export async function givenFeedback(replyId) {
  const response = await request('GET', `/v1/feedback?reply_id=${encodeURIComponent(replyId)}`);
  /** @type {any[]} */
  const all = (await response.json()).data;
  const last = all.filter((f) => !f.retracted && (f.kind === 'thumbs' || f.kind === 'contest_filter'))
    .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at)).at(-1);
  return last ? {
    id: last.feedback_id, label: last.kind === 'thumbs' ? last.label : 'contest',
    reasons: last.reasons ?? [], comment: last.comment ?? '', betterAnswer: last.better_answer ?? '',
  } : null;
}

/**
 * Takes feedback back. What is not there (any more) counts as taken back.
 *
 * @param {string} feedbackId
 */
export async function retractFeedback(feedbackId) {
  try {
    await request('DELETE', `/v1/feedback/${encodeURIComponent(feedbackId)}`);
  } catch (e) {
    if (!(e instanceof ApiError) || e.kind !== 'missing') {
      throw e;
    }
  }
}
