package dev.heed.inference.generation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.runtime.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatModelTest {

  @TempDir private Path folder;

  @Test
  void signedCodesAreRefusedWhereTheyOverflow() throws Exception {
    // Given
    Files.writeString(folder.resolve("card.json"), "{\"codes\":\"int8\"}");

    // When
    ModelException refusal =
        assertThrows(ModelException.class, () -> ChatModel.refuseOverflow(folder, false));

    // Then
    assertTrue(refusal.getMessage().contains("import the model again"), refusal.getMessage());
    assertDoesNotThrow(() -> ChatModel.refuseOverflow(folder, true));
  }

  @Test
  void otherCodesRunAnywhere() throws Exception {
    // Given
    Files.writeString(folder.resolve("card.json"), "{\"codes\":\"paired\"}");

    // When, then
    assertDoesNotThrow(() -> ChatModel.refuseOverflow(folder, false));
  }

  @Test
  void aModelWithoutACardRunsAnywhere() {
    assertDoesNotThrow(() -> ChatModel.refuseOverflow(folder, false));
  }
}
