package dev.heed.learning.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.learning.dataset.DatasetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSourceTest {

  @TempDir Path folder;
  private Path gguf;

  @BeforeEach
  void write() throws IOException {
    gguf = Files.writeString(folder.resolve("model.gguf"), "weights");
  }

  private void card(String sha256) throws IOException {
    Files.writeString(folder.resolve("card.json"), "{\"source_sha256\":\"" + sha256 + "\"}");
  }

  @Test
  void theFileThatTheServedModelCameFromIsTaken() throws IOException {
    card(DatasetReader.sha256(gguf));

    assertEquals(Optional.empty(), GgufSource.trouble(gguf, Optional.of(folder)));
  }

  @Test
  void anotherModelsFileIsRefusedBeforeAnybodyTrainsAnHour() throws IOException {
    card("00".repeat(32));

    assertEquals(
        Optional.of("gguf-of-another-model"), GgufSource.trouble(gguf, Optional.of(folder)));
  }

  @Test
  void aModelWithoutACardIsTakenAsItIs() throws IOException {
    assertEquals(Optional.empty(), GgufSource.trouble(gguf, Optional.of(folder)));
    assertEquals(Optional.empty(), GgufSource.trouble(gguf, Optional.empty()));
  }

  @Test
  void aFileThatIsNotThereIsSaid() throws IOException {
    Path missing = folder.resolve("none.gguf");

    assertEquals(Optional.of("no-gguf"), GgufSource.trouble(missing, Optional.of(folder)));
  }
}
