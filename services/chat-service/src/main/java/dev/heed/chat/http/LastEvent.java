package dev.heed.chat.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a stream goes on: after that chunk of that attempt.
 *
 * @param attempt -1: from the beginning
 * @param sequence within the attempt
 */
record LastEvent(int attempt, int sequence) {

  /** Nothing was seen. */
  static final LastEvent NONE = new LastEvent(-1, -1);

  /** What {@link ConversationEvents} sends: attempt, sequence. */
  private static final Pattern ID = Pattern.compile("(\\d{1,10})-(\\d{1,10})");

  boolean seen() {
    return attempt >= 0;
  }

  /**
   * Reads the header {@code Last-Event-ID}; missing or empty is from the beginning, as browsers
   * send it.
   *
   * @throws Problem 400 when it is no id of an event that this API sends
   */
  static LastEvent of(Optional<String> header) {
    if (header.filter(value -> !value.isBlank()).isEmpty()) {
      return NONE;
    }
    Matcher id = ID.matcher(header.get());
    try {
      if (id.matches()) {
        return new LastEvent(Integer.parseInt(id.group(1)), Integer.parseInt(id.group(2)));
      }
    } catch (NumberFormatException e) {
      // Ten digits and larger than any number that is sent.
    }
    throw Problem.badLastEventId();
  }
}
