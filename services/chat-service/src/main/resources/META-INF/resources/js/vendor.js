/**
 * The page's two libraries, served from their webjars. The versions are those of chat-service's
 * pom.xml; a test holds both together.
 */
import '/webjars/dompurify/3.3.1/dist/purify.min.js';
export { Marked } from '/webjars/marked/17.0.1/lib/marked.esm.js';

/** The UMD build sets a global; the page itself uses only this export. */
export const DOMPurify = globalThis.DOMPurify;
