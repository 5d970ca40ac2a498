package dev.heed.learning.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.versions.DataVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How much new weight the log holds that no data version has seen. */
final class NewWeight {

  private final Path log;
  private String counted = "";
  private double weight;

  NewWeight(Path dataDir) {
    log = dataDir.resolve("dataset");
  }

  /** Sum of |weight| of statements in rows behind a version; counted anew when something came. */
  double since(Optional<DataVersion> version) throws IOException {
    DatasetReader reader = DatasetReader.of(log);
    String now = reader.manifest().commits() + " " + version.map(DataVersion::version).orElse("");
    if (!now.equals(counted)) {
      long seen = version.map(v -> v.source().rows()).orElse(0L);
      Map<String, Double> byStatement = new HashMap<>();
      reader.rowsFrom(seen, row -> add(row, byStatement));
      weight = byStatement.values().stream().mapToDouble(Double::doubleValue).sum();
      counted = now;
    }
    return weight;
  }

  private static void add(JsonNode row, Map<String, Double> byStatement) {
    if (row.path("type").asText().equals("feedback") && !row.path("retracted").asBoolean()) {
      byStatement.put(row.path("feedback").asText(), Math.abs(row.path("weight").asDouble()));
    }
  }
}
