package dev.heed.learning.versions;

import dev.heed.learning.dataset.DatasetReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which frozen versions hold rows of people or conversations that were withdrawn since. */
public final class Affected {

  private final Path log;
  private final Versions versions;

  /**
   * @param log folder of the log
   */
  public Affected(Path log, Versions versions) {
    this.log = log;
    this.versions = versions;
  }

  /**
   * What a version holds that later ones do not.
   *
   * @param rows of it that were withdrawn since
   * @param subjects people and conversations that they are of
   */
  public record Found(String version, long rows, List<String> subjects) {}

  /** Looks through one version. */
  public Found of(DataVersion version) throws IOException {
    Set<String> withdrawn = new HashSet<>();
    DatasetReader.of(log)
        .tombstones(
            tombstone -> {
              if (tombstone.path("withdrawn").asBoolean()
                  && tombstone.path("before_row").asLong() > 0) {
                withdrawn.add(tombstone.path("subject").asText());
              }
            });
    // Consent given anew makes new rows usable, never the old ones: so what is usable now decides.
    Map<String, Integer> usable = new HashMap<>();
    DatasetReader.of(log)
        .usableRows(
            row -> {
              if (row.path("type").asText().equals("feedback")) {
                usable.merge(row.path("reply").asText(), 1, Integer::sum);
              }
            });
    Set<String> subjects = new HashSet<>();
    long[] rows = {0};
    versions.rows(
        version,
        row -> {
          if (!usable.containsKey(row.replyName())) {
            rows[0]++;
            subjects.add(withdrawn.contains(row.person()) ? row.person() : row.conversation());
          }
        });
    List<String> sorted = new ArrayList<>(subjects);
    sorted.sort(null);
    return new Found(version.version(), rows[0], sorted);
  }
}
