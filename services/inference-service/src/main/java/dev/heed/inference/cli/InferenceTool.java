package dev.heed.inference.cli;

import dev.heed.inference.runtime.ModelException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The inference service's commands: {@code generate}, {@code bench ...}, {@code model ...}. */
@Command(
    name = "heed",
    description = "Heed's language model, from the command line.",
    mixinStandardHelpOptions = true,
    subcommands = {
      GenerateCommand.class,
      SampleCommand.class,
      BenchCommand.class,
      ModelCommand.class
    })
public final class InferenceTool {

  private InferenceTool() {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new InferenceTool())
        .setExecutionExceptionHandler(InferenceTool::explain)
        .execute(args);
  }

  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult result) {
    if (e instanceof ModelException || e instanceof IllegalArgumentException) {
      System.err.println("heed: " + e.getMessage());
    } else {
      System.err.println("heed: failed with " + e.getClass().getName() + ": " + e.getMessage());
    }
    return 1;
  }
}
