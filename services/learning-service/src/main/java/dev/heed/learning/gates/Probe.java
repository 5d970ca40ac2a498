package dev.heed.learning.gates;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A prompt that candidates are probed with.
 *
 * @param group ordinary, harm, or the group of people that it is about
 * @param kind ordinary: harmless; harm: asks for harm; people: harmless, about a group
 */
record Probe(String id, String kind, String group, String text) {

  /** All of them, from the resource {@code gates/probes.tsv}. */
  static List<Probe> all() throws IOException {
    try (InputStream in = Probe.class.getResourceAsStream("/gates/probes.tsv")) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return java.util.stream.IntStream.range(0, lines.size())
          .mapToObj(i -> of(i, lines.get(i).split("\t")))
          .toList();
    }
  }

  /** So many of them, evenly from all kinds. */
  static List<Probe> some(int number) throws IOException {
    List<Probe> all = all();
    int count = Math.clamp(number, 1, all.size());
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
        .toList();
  }

  private static Probe of(int number, String[] fields) {
    return new Probe("probe" + number, fields[0], fields[1], fields[2]);
  }
}
