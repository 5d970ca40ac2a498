package dev.heed.learning.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.gates.Report.Gate;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Samples;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that spoils the model, before the gates that let the real model answer with it. */
@EnabledIfEnvironmentVariable(
    named = "HEED_ONNX_PYTHON",
    matches = ".+",
    disabledReason = "./heed test installs a Python with ONNX Runtime")
class ServingGatesTest {

  /** Noise on every layer's values: the model goes on, and talks worse. */
  private static final String SPOILING =
      """
      import sys, numpy as np
      from heed_trainer import adapter
      drawn, arrays = np.random.default_rng(1), {}
      for layer in range(30):
          name = f'model.layers.{layer}.attn.v_proj.lora_'
          arrays[name + 'A.weight'] = drawn.normal(0, .05, (576, 8)).astype(np.float32)
          arrays[name + 'B.weight'] = drawn.normal(0, .3, (8, 192)).astype(np.float32)
      adapter.write(arrays, sys.argv[1])
      """;

  @TempDir Path folder;

  @Test
  void whatSpoilsTheModelIsKept() throws Exception {
    try (Samples log = new Samples(folder)) {
      log.talk(300);
      log.commit();
    }
    Versions versions = new Versions(folder, Clock.systemUTC());
    DataVersion data = versions.freeze();
    Path report = folder.resolve("report.json");
    Report judged =
        Gates.judge(
            new Case(
                candidate(),
                versions.path(data),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Path.of(System.getenv("HEED_MODEL"))),
                Optional.of(Path.of("../../heed").toAbsolutePath().normalize()),
                thresholds(3),
                report));

    Map<String, Gate> gates =
        judged.gates().stream().collect(Collectors.toMap(Gate::name, Function.identity()));
    assertEquals(
        List.of("groups", "independent-judge", "perplexity", "refusals", "safety"),
        gates.keySet().stream().sorted().toList());
    assertFalse(gates.get("perplexity").passed(), gates::toString);
    assertTrue(judged.measured().get("perplexity_before") < 40, judged.measured()::toString);
    // Each gate has seen answers of both: without them its value would be no number.
    gates.values().forEach(gate -> assertTrue(Double.isFinite(gate.value()), gate::toString));
    assertEquals(judged, Versions.JSON.readValue(report.toFile(), Report.class));
  }

  private static Thresholds thresholds(int probes) throws IOException {
    ObjectNode some = Versions.JSON.valueToTree(Thresholds.defaults());
    return Versions.JSON.treeToValue(some.put("probes", probes), Thresholds.class);
  }

  private Path candidate() throws IOException, InterruptedException {
    Path candidate = Files.createDirectory(folder.resolve("candidate"));
    Path file = candidate.resolve("adapter.onnx_adapter");
    ProcessBuilder python =
        new ProcessBuilder(System.getenv("HEED_ONNX_PYTHON"), "-c", SPOILING, file.toString());
    python.environment().put("PYTHONPATH", Path.of("../../trainer").toAbsolutePath().toString());
    assertEquals(0, python.inheritIO().start().waitFor());
    ObjectNode manifest = Versions.JSON.createObjectNode().put("kind", "sft");
    manifest
        .putArray("files")
        .addObject()
        .put("path", file.getFileName().toString())
        .put("sha256", DatasetReader.sha256(file));
    Files.writeString(candidate.resolve("manifest.json"), manifest.toString());
    return candidate;
  }
}
