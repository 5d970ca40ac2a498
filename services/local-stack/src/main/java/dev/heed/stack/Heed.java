package dev.heed.stack;

import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/**
 * The commands that run and use a whole stack on one machine. The script {@code heed} calls them.
 */
@Command(
    name = "heed",
    description = "Runs Heed on this machine.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      ChatCommand.class,
      FetchCommand.class,
      AotCommand.class,
      BenchPipelineCommand.class
    })
public final class Heed {

  private Heed() {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running. */
  public static void main(String[] args) {
    LogManager.getLogManager().reset(); // libraries' logs are no message to a person
    CommandLine line = new CommandLine(new Heed());
    line.setExecutionExceptionHandler(
        (e, command, _) -> {
          if (e instanceof StackException) {
            command.getErr().println("heed: " + e.getMessage());
            return 1;
          }
          throw e;
        });
    System.exit(line.execute(args));
  }
}
