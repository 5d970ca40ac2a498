/** Every sentence that explains a failure or a verdict, in plain words. */

import { ApiError } from './api.js';

/** BlenderBot 3x's reasons for a thumbs-down. */
export const REASONS = /** @type {const} */ ([
  ['OFF_TOPIC', 'Off topic or ignoring me'],
  ['NONSENSICAL', 'Nonsensical or incorrect'],
  ['RUDE', 'Rude or inappropriate'],
  ['SPAM', 'Looks like spam or ads'],
  ['OTHER', 'Other'],
]);

/** @param {number} seconds */
const wait = (seconds) => (seconds > 0 ? `Please try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.` : 'Please try again in a moment.');

/**
 * @param {unknown} error
 * @returns {string} what to tell the person
 */
export function explain(error) {
  if (!(error instanceof ApiError)) {
    return 'Something went wrong on this page. Please try again.';
  }
  switch (error.kind) {
    case 'offline':
      return navigator.onLine === false
        ? 'You are offline. Your text is kept here; send it when you are back.'
        : 'Heed cannot be reached right now. Your text is kept; please try again in a moment.';
    case 'quota':
      return `${error.detail || 'That was a lot at once.'} ${wait(error.retryAfter)}`;
    case 'busy':
      return `Heed is busy right now. ${wait(error.retryAfter)}`;
    case 'identity':
      return 'Your session is not valid any more. Please reload the page.';
    case 'missing':
      return 'This is not there any more. It may have been deleted.';
    case 'unfinished':
      return 'This reply is not finished yet. Please try again when it is.';
    case 'too_long':
      return 'This message is too long. Please shorten it.';
    case 'invalid':
      return error.detail ? `This was not accepted: ${error.detail}` : 'This was not accepted. Please change it and try again.';
    default:
      return 'Something went wrong on our side. Please try again.';
  }
}

/** @type {Record<string, string>} */
const FAILURES = {
  overloaded: 'Heed is busy right now and could not answer.',
  deadline: 'The answer took too long.',
  prompt_too_long: 'This conversation is too long for the model. Please start a new chat or shorten your message.',
  model_error: 'The model could not answer this.',
};

/** @param {string} code of a `failure` event */
export const explainFailure = (code) => FAILURES[code] ?? 'Something went wrong on our side.';

/** @type {Record<string, string>} the categories of safety-service's policy */
const CATEGORIES = {
  hate: 'looked hateful',
  toxicity: 'looked insulting',
  harassment: 'looked like a threat or harassment',
  abuse_of_bot: 'looked abusive',
  sexual: 'looked sexual',
  self_harm: 'seemed to be about self-harm',
  harm_request: 'seemed to ask for something that can hurt people',
  injection: 'seemed to try to get around the rules',
};

/** @type {Record<string, string>} */
const SOURCES = {
  matcher: 'a list of words and phrases',
  classifier: 'a trained classifier',
  policy: 'a rule of this deployment',
};

/**
 * Why something was filtered.
 *
 * @param {import('./types.js').Filtered} filtered
 * @param {boolean} withdrawn the reply had begun and was taken back
 */
export function explainFilter(filtered, withdrawn) {
  const what = withdrawn ? 'While the reply was being written, it' : 'Your message, or the reply to it,';
  if (filtered.source.toLowerCase() === 'fail_closed') {
    return 'The safety check could not be made, and Heed shows nothing that was not checked. Trying again may help.';
  }
  const judged = CATEGORIES[filtered.category] ?? 'looked unsafe';
  const source = SOURCES[filtered.source.toLowerCase()];
  const by = source ? ` It was found by ${source}.` : '';
  return `${what} ${judged} to our safety check.${by}`;
}

/** @param {number} score in [0, 1] */
export const percent = (score) => `${Math.round(Math.min(1, Math.max(0, score)) * 100)} %`;
