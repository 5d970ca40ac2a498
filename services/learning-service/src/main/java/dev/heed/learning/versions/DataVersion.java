package dev.heed.learning.versions;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The manifest of a frozen data version: what is in it, where it came from, and the hashes that it
 * must still have.
 *
 * @param version its name, such as v000001
 * @param previous the version before; empty: the first
 * @param at the hour in which it was frozen
 * @param counts of rows, people and the like
 * @param mass sum of |weight|, by split
 */
public record DataVersion(
    int format,
    String version,
    Optional<String> previous,
    String at,
    Source source,
    Map<String, Long> counts,
    Map<String, Double> mass,
    List<FileEntry> files) {

  /** The format that is written. */
  public static final int FORMAT = 1;

  /** The file of rows. */
  public static final String ROWS = "rows.jsonl";

  /**
   * How much of the log it was made from.
   *
   * @param offsets next offset of each topic partition
   */
  public record Source(long commits, long rows, long tombstones, Map<String, Long> offsets) {
    public Source {
      offsets = new TreeMap<>(offsets);
    }
  }

  /** A file of the version. */
  public record FileEntry(String path, @JsonProperty("sha256") String sha256, long bytes) {}

  public DataVersion {
    counts = new TreeMap<>(counts);
    mass = new TreeMap<>(mass);
    files = List.copyOf(files);
  }

  /** SHA-256 of the rows. */
  public String rowsHash() {
    return files.stream()
        .filter(file -> file.path().equals(ROWS))
        .findFirst()
        .orElseThrow()
        .sha256();
  }
}
