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

  private static ModelOption parsed(Object command, ModelOption option, Path model) {
    new CommandLine(command).parseArgs("--model", model.toString());
    return option;
  }

  @Test
  void theTrainingOfCachesTakesTheChosenModel() throws IOException {
    Path model = Files.createDirectory(home.resolve("model"));
    Files.writeString(model.resolve("genai_config.json"), "{}");
    AotCommand aot = new AotCommand();
    aot.chosen = new ModelOption();

    Path taken =
        parsed(aot, aot.chosen, home.resolve("model/../model")).folder(folders(), silence());

    assertEquals(model.toRealPath(), taken.toRealPath());
    assertFalse(taken.toString().contains(".."), "normalised: it goes to other programs");
    assertFalse(Files.exists(folders().models()), "nothing is fetched");
  }

  @Test
  void aFolderWithoutAModelIsRefusedAndNothingIsFetched() {
    UpCommand up = new UpCommand();
    up.model = new ModelOption();
    ModelOption option = parsed(up, up.model, home);

    var refused = assertThrows(StackException.class, () -> option.folder(folders(), silence()));

    assertTrue(refused.getMessage().contains("no genai_config.json"), refused.getMessage());
    assertTrue(refused.getMessage().contains("./heed model import"), refused.getMessage());
    assertFalse(Files.exists(folders().models()));
  }

  private static PrintStream silence() {
    return new PrintStream(PrintStream.nullOutputStream());
  }
}
