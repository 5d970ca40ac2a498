package dev.heed.stack;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model a stack is started with. */
final class ModelOption {

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model folder in the genai layout (or HEED_MODEL; default: fetched once).")
  Path model;

  /**
   * The chosen folder, or the default model's, which is fetched when it is not there.
   *
   * @param out told of a fetch's steps
   * @throws StackException when the chosen one is no model folder, or the fetch fails
   */
  Path folder(StackFolders folders, PrintStream out) {
    return Optional.ofNullable(model)
        .or(() -> Optional.ofNullable(System.getenv("HEED_MODEL")).map(Path::of))
        .map(ModelOption::checked)
        .orElseGet(() -> new DefaultModel(folders, out).folder());
  }

  private static Path checked(Path folder) {
    if (!Files.isRegularFile(folder.resolve("genai_config.json"))) {
      throw new StackException(
          folder
              + " is no model folder: it has no genai_config.json."
              + " Make one with ./heed model import SRC DIR.");
    }
    return folder.toAbsolutePath().normalize();
  }
}
