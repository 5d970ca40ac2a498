package dev.heed.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One run from the first person to the report. */
final class Run {

  /** Longer than the longest reply and the longest wait for an answer to feedback. */
  private static final Duration LAST_REPLIES = Duration.ofSeconds(150);

  private static final Duration CATCH_UP = Duration.ofSeconds(90);

  private final String command;
  private final RunOptions options;
  private final boolean breakThings;

  Run(String command, RunOptions options, boolean breakThings) {
    this.command = command;
    this.options = options;
    this.breakThings = breakThings;
  }

  /**
   * @return 0 when every invariant holds, 1 when one is broken, 3 when no stack runs
   */
  int go() throws IOException, InterruptedException {
    options.check();
    RunningStack stack = new RunningStack(options.dataFolder());
    if (!stack.runs()) {
      System.err.println("Heed does not run with that data folder. Start it with ./heed up.");
      return 3;
    }
    Prompts prompts = Prompts.in(RunOptions.home().resolve("load-tests/people"));
    var plan =
        new Person.Plan(
            System.nanoTime(),
            options.length(),
            options.thinkTime(),
            options.maxTokens,
            options.rates,
            prompts);
    Ledger ledger = new Ledger();
    System.out.printf(
        "%d people, %.0f %% adversaries, %.1f minutes, seed %d%n",
        options.users, options.adversarial * 100, options.minutes, options.seed);
    List<Faults.Made> faults = List.of();
    try (Crowd crowd = new Crowd(stack, options, plan, ledger)) {
      Faults breaker = new Faults(stack, plan, options.seed);
      if (breakThings) {
        faults = breaker.run();
      }
      int sentAway = crowd.await(remaining(plan).plus(LAST_REPLIES));
      if (sentAway > 0) {
        System.out.printf("  %d people waited for a reply that never ended%n", sentAway);
      }
      if (breakThings) {
        breaker.awaitReady();
      }
    }
    System.out.println("Checking what must hold ...");
    Invariants invariants = new Invariants(new TopicsAfter(stack.kafka()), ledger, CATCH_UP);
    List<Invariants.Finding> findings = invariants.check(stack.metrics());
    return report(new Result(command, options, ledger, faults, findings, invariants.weighed()));
  }

  private static Duration remaining(Person.Plan plan) {
    long nanos = (long) ((1 - plan.elapsed()) * plan.length().toNanos());
    return Duration.ofNanos(Math.max(0, nanos));
  }

  private int report(Result result) throws IOException {
    Path page = Report.write(result, options.reportFolder());
    Map<String, Object> json = result.json();
    System.out.printf("  turns %s, ends %s%n", json.get("turns"), json.get("ends"));
    System.out.printf("  time to first text, ms: %s%n", json.get("time_to_first_text_ms"));
    System.out.printf("  gaps between chunks, ms: %s%n", json.get("gap_between_chunks_ms"));
    System.out.printf("  labels: %s%n", json.get("labels"));
    for (Invariants.Finding finding : result.findings()) {
      System.out.printf(
          "  %-60s %s (%d checked)%n",
          finding.name(),
          finding.holds() ? "holds" : "BROKEN " + finding.broken().size() + " times",
          finding.checked());
      finding.broken().stream().limit(5).forEach(broken -> System.out.println("      " + broken));
    }
    System.out.println("Report: " + page);
    return result.holds() ? 0 : 1;
  }
}
