package dev.heed.load;

import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heed load} and {@code heed chaos}. */
@Command(
    name = "heed",
    mixinStandardHelpOptions = true,
    subcommands = {LoadMain.Load.class, LoadMain.Chaos.class})
final class LoadMain {

  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private LoadMain() {}

  @Command(
      name = "load",
      mixinStandardHelpOptions = true,
      description = "Simulated people chat with the running stack and rate it; writes a report.")
  static final class Load implements Callable<Integer> {

    @Mixin RunOptions options;

    @Override
    public Integer call() throws Exception {
      return new Run("load", options, ChaosOptions.NOTHING).go();
    }
  }

  @Command(
      name = "chaos",
      mixinStandardHelpOptions = true,
      description =
          "The same while programs, network and disks are broken; checks that nothing is lost.")
  static final class Chaos implements Callable<Integer> {

    @Mixin RunOptions options;
    @Mixin ChaosOptions chaos;

    @Override
    public Integer call() throws Exception {
      return new Run("chaos", options, chaos).go();
    }
  }

  /** Exit codes: 0 done, 1 an invariant is broken or it failed, 2 wrong usage, 3 nothing runs. */
  public static void main(String[] args) {
    KAFKA.setLevel(Level.WARNING);
    CommandLine line = new CommandLine(new LoadMain());
    line.setExecutionExceptionHandler(
        (failure, _, _) -> {
          System.err.println("heed: " + failure.getMessage());
          return failure instanceof IllegalArgumentException ? 2 : 1;
        });
    System.exit(line.execute(args));
  }
}
