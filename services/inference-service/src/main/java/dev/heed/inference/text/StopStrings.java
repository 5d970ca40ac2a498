package dev.heed.inference.text;

import java.util.List;

/**
 * Finds stop strings in a reply that comes in pieces: holds back an end that may be the beginning
 * of one, so that no part of a stop string is ever shown.
 */
public final class StopStrings {

  private final List<String> stops;
  private String held = "";
  private boolean hit;

  public StopStrings(List<String> stops) {
    this.stops = stops.stream().filter(s -> !s.isEmpty()).toList();
  }

  /** Takes text; returns what may be shown. */
  public String accept(String text) {
    if (stops.isEmpty() || hit) {
      return hit ? "" : text;
    }
    String all = held + text;
    int first = -1;
    for (String stop : stops) {
      int at = all.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    if (first >= 0) {
      hit = true;
      held = "";
      return all.substring(0, first);
    }
    int keep = longestBeginning(all);
    held = all.substring(all.length() - keep);
    return all.substring(0, all.length() - keep);
  }

  private int longestBeginning(String all) {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, all.length()); n > longest; n--) {
        if (all.regionMatches(all.length() - n, stop, 0, n)) {
          longest = n;
        }
      }
    }
    return longest;
  }

  /** What was held when the reply ended for another reason. */
  public String finish() {
    String rest = held;
    held = "";
    return rest;
  }

  /** Whether a stop string was found. */
  public boolean hit() {
    return hit;
  }
}
