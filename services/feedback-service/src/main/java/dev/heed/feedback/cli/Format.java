package dev.heed.feedback.cli;

/** Formats of feedback in files; one JSON object a line, but for ParlAI's text format. */
enum Format {
  HEED,
  ARGILLA,
  OPENAI,
  PARLAI
}
