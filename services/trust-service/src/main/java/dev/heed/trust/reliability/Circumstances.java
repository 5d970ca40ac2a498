package dev.heed.trust.reliability;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is known of a rating beside the label.
 *
 * @param groups of people who are as one: the first of them speaks for all on an item, and the
 *     labels of the others are weighed but do not move it
 * @param atMillis when it was given, milliseconds since 1970
 */
public record Circumstances(List<String> groups, OptionalLong atMillis) {

  /** Nothing is known. */
  public static final Circumstances UNKNOWN = new Circumstances(List.of(), OptionalLong.empty());
}
