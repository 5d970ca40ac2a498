package dev.heed.inference;

import dev.heed.inference.generation.ChatModel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real model that tests run on. */
public final class TestModel {

  private TestModel() {}

  /** Its folder; a sentence on what to do when there is none. */
  public static Path folder() {
    String folder = System.getenv("HEED_MODEL");
    if (folder == null || !Files.isDirectory(Path.of(folder))) {
      throw new IllegalStateException(
          "HEED_MODEL does not name a model folder; run ./heed test, which fetches one");
    }
    return Path.of(folder);
  }

  public static ChatModel load() {
    return ChatModel.load(folder());
  }
}
