package dev.heed.inference.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.inference.importing.AdaptableModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever judges an adapter by these commands must get what the adapter writes. */
class AdapterOptionTest {

  @TempDir private Path folder;
  private String model;
  private String adapter;

  @BeforeEach
  void importModel() throws Exception {
    model = "--model=" + AdaptableModel.importInto(folder);
    Path file = Files.write(folder.resolve("a.onnx_adapter"), AdaptableModel.adapter(7));
    adapter = "--adapter=" + file;
  }

  @Test
  void samplesAreTheAdapters() throws Exception {
    String asked = "{\"id\":\"a\",\"text\":\"Tea?\"}\n{\"id\":\"b\",\"text\":\"Bread?\"}\n";
    String[] sample = {"sample", model, "--n=3", "--max-tokens=12", "--seed=4", "--streams=1"};

    List<JsonNode> base = ToolRun.lines(asked, sample);
    List<JsonNode> again = ToolRun.lines(asked, sample);
    List<JsonNode> adapted = ToolRun.lines(asked, with(sample, adapter));

    assertEquals(6, adapted.size());
    assertEquals(base, again);
    assertNotEquals(base, adapted);
  }

  @Test
  void perplexityIsTheAdapters() throws Exception {
    String[] bench = {"bench", "perplexity", model, "--windows=2", "--context=64", "--json"};

    double base = ToolRun.lines("", bench).getLast().path("perplexity").asDouble();
    double adapted =
        ToolRun.lines("", with(bench, adapter)).getLast().path("perplexity").asDouble();

    assertNotEquals(base, adapted, 0.01 * base);
  }

  @Test
  void commandsWithoutAnAdapterSaySo() {
    assertEquals(2, InferenceTool.run("bench", "memory", model, adapter));
  }

  private static String[] with(String[] command, String option) {
    List<String> all = new ArrayList<>(List.of(command));
    all.add(option);
    return all.toArray(String[]::new);
  }
}
