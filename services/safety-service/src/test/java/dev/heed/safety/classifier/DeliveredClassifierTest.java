package dev.heed.safety.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The trained classifier that travels with the project, against what Python says on this machine:
 * eight-bit kernels round differently on other processors, by up to .04 in a score.
 */
@EnabledIfEnvironmentVariable(
    named = "HEED_ONNX_PYTHON",
    matches = ".+",
    disabledReason = "a Python with numpy, onnxruntime and tokenizers; ./heed test makes one")
class DeliveredClassifierTest {

  private static final Path SAFETY = Path.of("../../models/safety");
  private static final Path FOLDER = SAFETY.resolve("classifier");

  @Test
  void javaAndPythonAgreeToAThousandth() throws IOException, InterruptedException {
    List<String> scored = byPython();
    assertEquals(1000, scored.size());
    double worst = Parity.worst(FOLDER, scored);
    assertTrue(worst < 1e-3, () -> "scores of Java and Python differ by " + worst);
  }

  private static List<String> byPython() throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(
                System.getenv("HEED_ONNX_PYTHON"),
                SAFETY.resolve("scores.py").toString(),
                FOLDER.toString())
            .redirectInput(FOLDER.resolve("parity.jsonl").toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = python.inputReader()) {
      List<String> scored = lines.lines().toList();
      assertEquals(0, python.waitFor());
      return scored;
    }
  }
}
