/**
 * The shapes that the modules share: what the HTTP API returns, and the page's own view of it.
 *
 * @typedef {{category: string, source: string, score: number}} Filtered
 *
 * @typedef {'complete'|'refused'|'withdrawn'|'failed'|'cancelled'|'streaming'} MessageStatus
 *
 * @typedef {object} Message
 * @property {string} id for an assistant's message, its reply id
 * @property {'user'|'assistant'} role
 * @property {string} text
 * @property {MessageStatus} status
 * @property {Filtered|null} filtered
 * @property {string} [error] what to tell the person when the status is failed
 * @property {string} [note] a passing remark, such as "connection lost"
 * @property {boolean} [pending] not yet known to the server; undefined when it came from there
 * @property {GivenFeedback|null} [given] what the person said of it; undefined: the server was not asked yet
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} title
 * @property {boolean} share_consent
 * @property {string} created_at
 * @property {Message[]} [messages] undefined until they were loaded
 *
 * @typedef {object} ServerEvent
 * @property {string} event
 * @property {string} id
 * @property {any} data
 *
 * @typedef {object} GivenFeedback
 * @property {string} id the feedback id, for retracting
 * @property {'up'|'down'|'contest'} label
 * @property {string[]} [reasons]
 * @property {string} [comment]
 * @property {string} [betterAnswer]
 */
export {};
