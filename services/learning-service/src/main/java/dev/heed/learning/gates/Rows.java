package dev.heed.learning.gates;

import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Split;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The rows of a data version as the gates look at them. */
record Rows(List<TrainingRow> all, Set<String> known, List<TrainingRow> fresh) {

  /**
   * Reads them.
   *
   * @param before the version before, which tells new rows from known ones
   */
  static Rows read(Path data, Optional<Path> before) throws IOException {
    Set<String> known = new HashSet<>();
    if (before.isPresent()) {
      lines(before.get()).forEach(row -> known.add(row.id()));
    }
    List<TrainingRow> all = lines(data);
    return new Rows(all, known, all.stream().filter(row -> !known.contains(row.id())).toList());
  }

  private static List<TrainingRow> lines(Path data) throws IOException {
    List<TrainingRow> rows = new ArrayList<>();
    Path file = data.resolve(DataVersion.ROWS);
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(Versions.JSON.readValue(line, TrainingRow.class));
      }
    }
    return rows;
  }

  List<TrainingRow> of(Split split) {
    return all.stream().filter(row -> row.split() == split).toList();
  }

  /** Rows of the version before. */
  List<TrainingRow> old() {
    return all.stream().filter(row -> known.contains(row.id())).toList();
  }

  /** A text without what does not tell one from another: case, marks, spaces. */
  static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
  }

  /** A turn and its reply, plain. */
  static String pair(TrainingRow row) {
    return plain(row.asked()) + " | " + plain(row.reply());
  }
}
