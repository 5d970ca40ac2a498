package dev.heed.learning.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Writes and counts Parquet files by DuckDB, in memory. */
public final class ParquetFile {

  private ParquetFile() {}

  /**
   * Writes rows of one shape; types are found from the rows.
   *
   * @throws IOException when there is no row, or DuckDB fails
   */
  public static void write(List<JsonNode> rows, Path file) throws IOException {
    if (rows.isEmpty()) {
      throw new IOException("there is no row to write");
    }
    Path lines = Files.createTempFile("heed-parquet", ".jsonl");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(lines, StandardCharsets.UTF_8)) {
        for (JsonNode row : rows) {
          out.write(row.toString());
          out.write('\n');
        }
      }
      run(
          "COPY (SELECT * FROM read_json('%s', format='newline_delimited', sample_size=-1)) TO '%s' (FORMAT PARQUET, COMPRESSION ZSTD)"
              .formatted(quoted(lines), quoted(file)));
    } finally {
      Files.delete(lines);
    }
  }

  /** Number of rows in a file. */
  public static long count(Path file) throws IOException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*) FROM read_parquet('%s')".formatted(quoted(file)))) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IOException("DuckDB cannot read the file", e);
    }
  }

  private static void run(String sql) throws IOException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException("DuckDB failed", e);
    }
  }

  private static String quoted(Path path) {
    return path.toAbsolutePath().toString().replace("'", "''");
  }
}
