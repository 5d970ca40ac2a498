package dev.heed.inference.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench}: measurements of the engine, one JSON object a line. */
@Command(
    name = "bench",
    description = "Measures the engine; one JSON object a line on stdout.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DecodeBench.class,
      PrefillBench.class,
      PerplexityBench.class,
      FirstTextBench.class,
      MemoryBench.class,
      SoakBench.class,
      SamplingBench.class,
      RerankBench.class
    })
final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "missing: one of decode, prefill, perplexity, first-text, memory, soak, sampling, rerank");
  }
}
