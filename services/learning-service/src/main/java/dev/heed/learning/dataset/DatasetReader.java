package dev.heed.learning.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads what a manifest counts, and nothing behind it. */
public final class DatasetReader {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> SUBJECTS = List.of("conversation", "person", "feedback");

  private final Path folder;
  private final Manifest manifest;

  DatasetReader(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /** A reader of what is committed in a folder now. */
  public static DatasetReader of(Path folder) throws IOException {
    return new DatasetReader(folder, Dataset.readManifest(folder.resolve(Dataset.MANIFEST)));
  }

  /** What is committed. */
  public Manifest manifest() {
    return manifest;
  }

  /** Every committed row, oldest first, withdrawn or not. */
  public void rows(Consumer<JsonNode> row) throws IOException {
    for (Manifest.Segment segment : manifest.segments()) {
      lines(segment, row);
    }
  }

  /** Every committed row from a number on; the first is 0. */
  public void rowsFrom(long first, Consumer<JsonNode> row) throws IOException {
    long[] number = {0};
    for (Manifest.Segment segment : manifest.segments()) {
      if (number[0] + segment.rows() <= first) {
        number[0] += segment.rows();
      } else {
        lines(
            segment,
            node -> {
              if (number[0]++ >= first) {
                row.accept(node);
              }
            });
      }
    }
  }

  /** The rows that may be used: those whose conversation, person and feedback are not withdrawn. */
  public void usableRows(Consumer<JsonNode> row) throws IOException {
    Map<String, Long> dropBefore = new HashMap<>();
    tombstones(
        tombstone -> {
          if (tombstone.path("withdrawn").asBoolean()) {
            dropBefore.put(
                tombstone.path("subject").asText(), tombstone.path("before_row").asLong());
          }
        });
    long[] number = {0};
    rows(
        node -> {
          long at = number[0]++;
          boolean dropped =
              SUBJECTS.stream()
                  .anyMatch(s -> at < dropBefore.getOrDefault(node.path(s).asText(), 0L));
          if (!dropped) {
            row.accept(node);
          }
        });
  }

  /** Every tombstone, oldest first. */
  public void tombstones(Consumer<JsonNode> tombstone) throws IOException {
    lines(manifest.tombstones(), tombstone);
  }

  /** The rows of the newest segments, at least as many as asked for where there are. */
  void newest(long atLeast, Consumer<JsonNode> row) throws IOException {
    List<Manifest.Segment> segments = manifest.segments();
    int first = segments.size();
    long count = 0;
    while (first > 0 && count < atLeast) {
      first--;
      count += segments.get(first).rows();
    }
    for (Manifest.Segment segment : segments.subList(first, segments.size())) {
      lines(segment, row);
    }
  }

  private void lines(Manifest.Segment segment, Consumer<JsonNode> line) throws IOException {
    if (segment.rows() == 0) {
      return;
    }
    Path file = folder.resolve(segment.file());
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (long i = 0; i < segment.rows(); i++) {
        String text = reader.readLine();
        if (text == null) {
          throw new DatasetException(file + " has fewer lines than the manifest counts");
        }
        line.accept(JSON.readTree(text));
      }
    }
  }

  /** SHA-256 of a file, lower-case hex. */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
