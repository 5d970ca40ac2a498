package dev.heed.feedback.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The feedback service's tools, without the service. */
@Command(
    name = "heed",
    description = "Heed's feedback, from the command line.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = FeedbackTool.Feedback.class)
public final class FeedbackTool {

  private FeedbackTool() {}

  /** Groups the commands. */
  @Command(
      name = "feedback",
      description = "Feedback from and to other systems.",
      subcommands = {ImportCommand.class, ExportCommand.class})
  static final class Feedback {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new FeedbackTool())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }
}
