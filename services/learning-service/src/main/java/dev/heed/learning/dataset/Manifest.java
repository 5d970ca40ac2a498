package dev.heed.learning.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the data set is: its files with the lengths that count, and the place in every topic up to
 * which they hold everything. Both change in one rename, so they never disagree.
 *
 * @param format version of the files' format
 * @param commits how often it was committed
 * @param offsets next offset to read, by {@code topic/partition}
 * @param segments files of rows, oldest first; the last one may grow
 * @param tombstones the file of tombstones
 */
public record Manifest(
    int format,
    long commits,
    Map<String, Long> offsets,
    List<Segment> segments,
    Segment tombstones) {

  /** The format that is written. */
  public static final int FORMAT = 1;

  /**
   * A file and how much of it counts.
   *
   * @param sha256 of a sealed file, lower-case hex; absent while it may grow
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Segment(
      @JsonProperty("file") String file,
      @JsonProperty("rows") long rows,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("sha256") Optional<String> sha256) {

    static Segment empty(String file) {
      return new Segment(file, 0, 0, Optional.empty());
    }

    Segment grown(long moreRows, long moreBytes) {
      return new Segment(file, rows + moreRows, bytes + moreBytes, sha256);
    }

    Segment sealed(String hash) {
      return new Segment(file, rows, bytes, Optional.of(hash));
    }
  }

  public Manifest {
    offsets = new TreeMap<>(offsets);
    segments = List.copyOf(segments);
  }

  static Manifest empty() {
    return new Manifest(FORMAT, 0, Map.of(), List.of(), Segment.empty("tombstones.jsonl"));
  }

  /** Rows in all segments. */
  public long rowCount() {
    return segments.stream().mapToLong(Segment::rows).sum();
  }

  /** Bytes in all files. */
  public long byteCount() {
    return segments.stream().mapToLong(Segment::bytes).sum() + tombstones.bytes();
  }

  /** The same with its last segment replaced, or one more when {@code last} is new. */
  Manifest with(List<Segment> rows, Segment tombs, Map<String, Long> next) {
    return new Manifest(FORMAT, commits + 1, next, new ArrayList<>(rows), tombs);
  }
}
