package dev.heed.safety.matching;

import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads phrase lists: {@code # key: value} lines first (license, source, category, alone, beside,
 * roles), then one phrase a line in the notation of {@link Inflections}.
 */
final class PhraseLists {

  private static final String FOLDER = "/dev/heed/safety/phrases/";

  private final TreeMap<String, List<Phrase>> phrases = new TreeMap<>();

  /** The lists that come with Heed: {@code index} names them. */
  static PhraseLists standard() {
    PhraseLists lists = new PhraseLists();
    for (String name : lines("index")) {
      lists.add(name, lines(name));
    }
    return lists;
  }

  /** By folded phrase, in alphabetical order. */
  TreeMap<String, List<Phrase>> phrases() {
    return phrases;
  }

  /**
   * Adds a list.
   *
   * @throws IllegalArgumentException when it is damaged; the message names list and line
   */
  void add(String name, List<String> lines) {
    Map<String, String> head = new HashMap<>();
    List<Phrase> one = List.of();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      try {
        if (line.startsWith("#")) {
          header(head, line.substring(1));
        } else if (!line.isEmpty()) {
          one = one.isEmpty() ? List.of(phrase(head)) : one;
          for (String form : Inflections.unfold(line)) {
            put(Folding.fold(form), one.getFirst());
          }
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "phrase list " + name + ", line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
  }

  private void put(String folded, Phrase phrase) {
    if (folded.isEmpty()) {
      throw new IllegalArgumentException("nothing is left of the phrase when folded");
    }
    phrases.computeIfAbsent(folded, key -> new ArrayList<>()).add(phrase);
  }

  private static void header(Map<String, String> head, String line) {
    int colon = line.indexOf(':');
    if (colon > 0) {
      head.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
  }

  private static Phrase phrase(Map<String, String> head) {
    if (!head.containsKey("license") || !head.containsKey("source")) {
      throw new IllegalArgumentException("license and source must stand above the first phrase");
    }
    String category = head.getOrDefault("category", "");
    if (category.equals("allow")) {
      return new Phrase("", 0, 0, EnumSet.allOf(Role.class));
    }
    if (!Categories.isKnown(category)) {
      throw new IllegalArgumentException("unknown category");
    }
    return new Phrase(category, score(head, "alone"), score(head, "beside"), roles(head));
  }

  private static double score(Map<String, String> head, String key) {
    double score = Double.parseDouble(head.getOrDefault(key, "none"));
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException(key + " must be in [0, 1]");
    }
    return score;
  }

  private static Set<Role> roles(Map<String, String> head) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String label : head.getOrDefault("roles", "user bot").split(" ")) {
      roles.add(Role.of(label));
    }
    return roles;
  }

  private static List<String> lines(String name) {
    InputStream in =
        Objects.requireNonNull(
            PhraseLists.class.getResourceAsStream(FOLDER + name), () -> "no list " + name);
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
