package dev.heed.trust.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
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
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    // Without a configuration everything is logged, and Kafka's clients trace every record.
    Logger kafka = Logger.getLogger("org.apache.kafka");
    kafka.setLevel(Level.WARNING);
    System.exit(new CommandLine(new TrustTool()).execute(args));
  }
}
