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
  private final ChaosOptions chaos;

  /**
   * @param chaos what is broken meanwhile; {@link ChaosOptions#NOTHING} for load alone
   */
  Run(String command, RunOptions options, ChaosOptions chaos) {
    this.command = command;
    this.options = options;
    this.chaos = chaos;
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
    long began = System.currentTimeMillis();
    var plan =
        new Person.Plan(
            System.nanoTime(),
            options.length(),
            options.thinkTime(),
            options.maxTokens,
            options.rates,
            options.taste,
            prompts);
    Ledger ledger = new Ledger();
    System.out.printf(
        "%s, %.0f %% adversaries, %.1f minutes, seed %d%n",
        options.arrivals > 0
            ? options.arrivals + " people arrive each second"
            : options.users + " people",
        options.adversarial * 100,
        options.minutes,
        options.seed);
    List<Faults.Made> faults = List.of();
    TopicsAfter topics = new TopicsAfter(stack.kafka());
    try (Vitals vitals = new Vitals(stack, plan);
        Crowd crowd = new Crowd(stack, options, plan, ledger)) {
      if (chaos.breaks()) {
        faults = chaos.faults(stack, plan, options.seed);
      }
      int sentAway = crowd.await(LAST_REPLIES);
      if (sentAway > 0) {
        System.out.printf("  %d people waited for a reply that never ended%n", sentAway);
      }
      stack.awaitReady(CATCH_UP);
      System.out.println("Checking what must hold ...");
      Invariants invariants = new Invariants(topics, ledger, CATCH_UP);
      List<Invariants.Finding> findings =
          invariants.check(
              stack.metrics(), (person, conversation) -> crowd.api(person).kept(conversation));
      var result =
          new Result(
              command,
              options,
              ledger,
              faults,
              findings,
              invariants.weighed(),
              new Result.Extras(vitals.samples(), new Pauses(topics, began).delays()));
      return report(result);
    }
  }

  private int report(Result result) throws IOException {
    Path page = Report.write(result, options.reportFolder());
    Map<String, Object> json = result.json();
    System.out.printf("  turns %s, ends %s%n", json.get("turns"), json.get("ends"));
    System.out.printf("  ordinary: %s%n", json.get("replies_to_ordinary_inputs"));
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
