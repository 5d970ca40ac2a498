package dev.heed.learning.cli;

import dev.heed.learning.organic.OrganicCommand;
import dev.heed.learning.simulate.AttackCommand;
import dev.heed.learning.simulate.SimulateCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The learning service's tools, without the service. */
@Command(
    name = "heed",
    description = "Heed's learning, from the command line.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = {LearnTool.Learn.class, DataCommands.class})
public final class LearnTool {

  private LearnTool() {}

  /** Groups what learns. */
  @Command(
      name = "learn",
      description = "Learns, or simulates it.",
      subcommands = {
        RoundCommands.Run.class,
        RoundCommands.Status.class,
        RoundCommands.ReleaseOn.class,
        RoundCommands.Rollback.class,
        RoundCommands.LineageOf.class,
        SimulateCommand.class,
        AttackCommand.class,
        OrganicCommand.class,
        TrainCommand.class,
        JudgeCommand.class
      })
  static final class Learn {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new LearnTool())
            .setExecutionExceptionHandler(LearnTool::explain)
            .execute(args));
  }

  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult result)
      throws Exception {
    if (e instanceof IOException) {
      System.err.println("heed: " + e.getMessage());
      return e instanceof Stack.NotRunning ? Stack.NOT_RUNNING : 1;
    }
    throw e;
  }
}
