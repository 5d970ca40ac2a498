package dev.heed.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** What chaos breaks, and when. */
final class ChaosOptions {

  /** Load alone. */
  static final ChaosOptions NOTHING = new ChaosOptions();

  static {
    NOTHING.most = 0;
  }

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "KIND",
      description =
          "kill, freeze, cut, full, disk-full, disk-slow (default: all that can be made here).")
  List<String> kinds = new ArrayList<>();

  @Option(
      names = "--programs",
      split = ",",
      paramLabel = "NAME",
      description = "Break these only, such as broker or inference-service-2 (default: all).")
  List<String> programs = new ArrayList<>();

  @Option(
      names = "--first",
      paramLabel = "SECONDS",
      description = "Before the first fault (default: ${DEFAULT-VALUE}).")
  double first = 3;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "Faults at most (default: as many as the time allows).")
  int most = Integer.MAX_VALUE;

  boolean breaks() {
    return most > 0;
  }

  /**
   * Makes them; returns when the run is nearly over.
   *
   * @throws IllegalArgumentException when a kind does not exist, or none can be made here
   */
  List<Faults.Made> faults(RunningStack stack, Person.Plan plan, long seed)
      throws IOException, InterruptedException {
    List<Fault> wanted = kinds.stream().map(ChaosOptions::kind).toList();
    return new Faults(stack, plan, seed, wanted, programs).run(first, most);
  }

  private static Fault kind(String name) {
    return Fault.valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
