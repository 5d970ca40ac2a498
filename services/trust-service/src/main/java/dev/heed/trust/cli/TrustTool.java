package dev.heed.trust.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The trust service's tools, without the service. */
@Command(
    name = "heed",
    description = "Heed's trust filter, from the command line.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = {TrustCommand.class, TrustTool.Bench.class})
public final class TrustTool {

  private TrustTool() {}

  /** Groups the benchmarks. */
  @Command(
      name = "bench",
      description = "Measures.",
      subcommands = {BenchTrustCommand.class})
  static final class Bench {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new TrustTool()).execute(args));
  }
}
