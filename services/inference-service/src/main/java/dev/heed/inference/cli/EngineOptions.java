package dev.heed.inference.cli;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.runtime.Device;
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

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N (a build with -Pgpu, a folder imported with --float16).")
  String device;

  /** Starts the engine where it was asked for. */
  ChatEngine start(ChatModel model, EngineLimits limits, EngineObserver observer) {
    return start(model, limits, observer, false);
  }

  /** The same; the cache may take all of its memory now. */
  ChatEngine start(
      ChatModel model, EngineLimits limits, EngineObserver observer, boolean wholeCache) {
    var options = new ChatEngine.Options(wholeCache, Device.parse(device));
    return ChatEngine.start(model, limits, observer, options);
  }

  ChatModel load() {
    return ChatModel.load(model);
  }

  /** Alone on the machine, threads may spin. */
  EngineLimits limits(ChatModel loaded) {
    EngineLimits limits = EngineLimits.of(loaded.config());
    return limits.withThreads(threads > 0 ? threads : limits.threads(), true);
  }
}
