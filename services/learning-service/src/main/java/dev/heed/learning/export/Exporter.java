package dev.heed.learning.export;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes the rows of a data version in one of the formats that others read. */
public final class Exporter {

  /** Formats. */
  public enum Format {
    /** What trainers read: every row with its belief. */
    WEIGHTED,
    /** BlenderBot 3x's release format: a conversation a line. */
    BB3X,
    /** All that a row holds. */
    JSONL,
    /** Pairs of a better and a worse reply to the same context. */
    PREFERENCE,
    /** All that a row holds, in columns. */
    PARQUET
  }

  private Exporter() {}

  /**
   * The lines of a format; of {@link Format#PARQUET} the rows that it is made of.
   *
   * @param rows already made anonymous where they leave the house
   */
  public static List<JsonNode> lines(Format format, List<TrainingRow> rows) {
    return switch (format) {
      case WEIGHTED ->
          rows.stream().map(row -> (JsonNode) tree(row).retain(TrainingRow.CONTRACT)).toList();
      case JSONL, PARQUET -> rows.stream().map(row -> (JsonNode) tree(row)).toList();
      case BB3X -> Bb3x.conversations(rows);
      case PREFERENCE -> Preference.pairs(rows);
    };
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode tree(TrainingRow row) {
    return Versions.JSON.valueToTree(row);
  }

  /** All rows of a version. */
  public static List<TrainingRow> rows(Versions versions, DataVersion version) throws IOException {
    List<TrainingRow> rows = new ArrayList<>();
    versions.rows(version, rows::add);
    return rows;
  }
}
