package dev.heed.inference.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.inference.importing.AdaptableModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankBenchTest {

  @Test
  void tellsEachNumberOfCandidates(@TempDir Path folder) throws Exception {
    String model = "--model=" + AdaptableModel.importInto(folder);

    List<JsonNode> lines =
        ToolRun.lines(
            "", "bench", "rerank", model, "--candidates=3,1", "--tokens=6", "--replies=3");

    assertEquals(List.of(3, 1), lines.stream().map(l -> l.path("candidates").asInt()).toList());
    for (JsonNode line : lines) {
      assertTrue(line.path("ms_per_reply").asDouble() > 0, line::toString);
      assertEquals(0, line.path("judging_ms").asDouble(), "nobody judges here");
    }
  }
}
