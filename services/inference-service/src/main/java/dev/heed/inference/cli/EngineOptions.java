package dev.heed.inference.cli;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.generation.ChatModel;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of every command that loads a model. */
public final class EngineOptions {

  @Option(
      names = "--model",
      required = true,
      defaultValue = "${env:HEED_MODEL}",
      description = "Model folder in the genai layout (or HEED_MODEL).")
  Path model;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "Threads of the model; 0: as many as there are cores.")
  int threads;

  ChatModel load() {
    return ChatModel.load(model);
  }

  /** Alone on the machine, threads may spin. */
  EngineLimits limits(ChatModel loaded) {
    EngineLimits limits = EngineLimits.of(loaded.config());
    return limits.withThreads(threads > 0 ? threads : limits.threads(), true);
  }
}
