package dev.heed.inference.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code model}: what is done to model folders. */
@Command(
    name = "model",
    description = "Makes model folders.",
    mixinStandardHelpOptions = true,
    subcommands = ImportCommand.class)
public final class ModelCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "missing command: import");
  }
}
