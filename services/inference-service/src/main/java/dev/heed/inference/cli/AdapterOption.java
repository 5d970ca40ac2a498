package dev.heed.inference.cli;

import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.LoadedAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Option of the commands that write with an adapter; the others have no such option. */
final class AdapterOption {

  @Option(
      names = "--adapter",
      description =
          "A LoRA adapter or a Director's head (ONNX Runtime's file format) for a folder with"
              + " model.lora.onnx.")
  private Optional<Path> adapter = Optional.empty();

  /** What was asked for, loaded; belongs to the scheduler's caller. */
  Optional<LoadedAdapter> load(Scheduler scheduler) throws IOException {
    return read().map(matrices -> scheduler.load(name(), matrices));
  }

  /** What was asked for. */
  Optional<AdapterFile> read() throws IOException {
    return adapter.isEmpty()
        ? Optional.empty()
        : Optional.of(AdapterFile.parse(AdapterFile.bytes(adapter.get())));
  }

  /** What it is called. */
  String name() {
    return adapter.map(file -> file.getFileName().toString()).orElse("");
  }
}
