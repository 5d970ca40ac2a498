package dev.heed.safety.classifier;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The trained classifier that travels with the project, against Python's scores. */
@EnabledIf("isThere")
class DeliveredClassifierTest {

  private static final Path FOLDER = Path.of("../../models/safety/classifier");

  static boolean isThere() {
    return Files.isRegularFile(FOLDER.resolve("parity.jsonl"));
  }

  @Test
  void javaAndPythonAgreeToAThousandth() throws IOException {
    assertTrue(Parity.worst(FOLDER) < 1e-3, () -> "scores of Java and Python differ by more");
  }
}
