package dev.heed.safety.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code ./heed classify}, {@code ./heed policy} and {@code ./heed bench classify}: the service's
 * own screening.
 */
@Command(
    name = "safety",
    mixinStandardHelpOptions = true,
    subcommands = {ClassifyCommand.class, PolicyCommand.class, SafetyTool.BenchGroup.class})
public final class SafetyTool {

  @Command(name = "bench", subcommands = BenchCommand.class)
  static final class BenchGroup {}

  private SafetyTool() {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new SafetyTool())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println("heed: " + failure.getMessage());
              return 1;
            })
        .execute(args);
  }
}
