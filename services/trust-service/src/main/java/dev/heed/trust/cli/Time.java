package dev.heed.trust.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.OptionalLong;

/** When something was said. */
final class Time {

  private static final double MILLIS = 1000;

  /** Beyond it, a number counts milliseconds: seconds of after the year 5000 are not meant. */
  private static final double MOST_SECONDS = 1e11;

  private Time() {}

  /**
   * Milliseconds since 1970.
   *
   * @param node seconds or milliseconds since 1970, or a date and time in ISO 8601, in UTC where
   *     the zone is left out; null or missing: not known
   * @throws IllegalArgumentException for anything else
   */
  static OptionalLong millis(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
      return OptionalLong.empty();
    }
    if (node.isNumber()) {
      double time = node.asDouble();
      return OptionalLong.of((long) (Math.abs(time) < MOST_SECONDS ? time * MILLIS : time));
    }
    try {
      String text = node.asText().replace(' ', 'T');
      TemporalAccessor time =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from);
      OffsetDateTime at =
          time instanceof LocalDateTime local
              ? local.atOffset(ZoneOffset.UTC)
              : OffsetDateTime.from(time);
      return OptionalLong.of(at.toInstant().toEpochMilli());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("time must be in seconds or ISO 8601", e);
    }
  }
}
