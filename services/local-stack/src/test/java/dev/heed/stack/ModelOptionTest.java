package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that start programs on a model take the same one. */
class ModelOptionTest {

  @TempDir Path home;

  private StackFolders folders() {
    return new StackFolders(home, home.resolve("data"));
  }

  @Test
  void theTrainingOfCachesTakesTheChosenModel() throws IOException {
    Path model = Files.createDirectory(home.resolve("model"));
    Files.writeString(model.resolve("genai_config.json"), "{}");
    AotCommand aot = new AotCommand();
    new CommandLine(aot).parseArgs("--model", home.resolve("model/../model").toString());

    Path taken = aot.model.folder(folders(), silence());

    assertEquals(model.toRealPath(), taken.toRealPath());
    assertFalse(taken.toString().contains(".."), "normalised: it goes to other programs");
    assertFalse(Files.exists(folders().models()), "nothing is fetched");
  }

  @Test
  void aFolderWithoutAModelIsRefusedAndNothingIsFetched() {
    UpCommand up = new UpCommand();
    new CommandLine(up).parseArgs("--model", home.toString());

    var refused = assertThrows(StackException.class, () -> up.model.folder(folders(), silence()));

    assertTrue(refused.getMessage().contains("no genai_config.json"), refused.getMessage());
    assertTrue(refused.getMessage().contains("./heed model import"), refused.getMessage());
    assertFalse(Files.exists(folders().models()));
  }

  private static PrintStream silence() {
    return new PrintStream(PrintStream.nullOutputStream());
  }
}
