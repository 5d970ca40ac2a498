/** Server-sent events over fetch, which unlike EventSource can POST and send headers. */

/** A line longer than this cannot be one of ours; the stream is then given up. */
const MAX_BUFFER = 1 << 20;

/** The server's heartbeat is 15 s: after three of them in silence the connection is taken as broken. */
const MAX_SILENCE_MS = 45_000;

/**
 * Reads events until the stream ends.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @yields {import('./types.js').ServerEvent}
 */
export async function* serverEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  let event = newEvent();
  try {
    for (;;) {
      const { value, done } = await withinSilence(reader.read());
      if (done) {
        return;
      }
      buffer += value;
      if (buffer.length > MAX_BUFFER) {
        throw new Error('event too long');
      }
      const lines = buffer.split(/\r\n|\n|\r(?=.)/s);
      buffer = /** @type {string} */ (lines.pop());
      for (const line of lines) {
        if (line !== '') {
          takeLine(event, line);
          continue;
        }
        if (event.lines.length > 0) {
          yield { event: event.name, id: event.id, data: parse(event.lines.join('\n')) };
        }
        event = newEvent(event.id);
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function withinSilence(promise) {
  let timer = 0;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('silent connection')), MAX_SILENCE_MS);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}

function newEvent(id = '') {
  return { name: 'message', id, lines: /** @type {string[]} */ ([]) };
}

/**
 * @param {ReturnType<typeof newEvent>} event
 * @param {string} line
 */
function takeLine(event, line) {
  const colon = line.indexOf(':');
  if (colon === 0) {
    return;
  }
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'event') {
    event.name = value;
  } else if (field === 'data') {
    event.lines.push(value);
  } else if (field === 'id') {
    event.id = value;
  }
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
