package dev.heed.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code heed bench pipeline}: what the topics cost. Time to first shown text and per chunk through
 * the whole running stack, minus the same generation in one process; both take turns, so that the
 * machine is the same for both.
 */
@Command(
    name = "bench-pipeline",
    description = "Measures time through all topics minus the same generation in-process.")
final class BenchPipelineCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SUBJECTS =
      List.of("rivers", "bread", "the moon", "chess", "tea", "bicycles", "glass", "honey");

  private static final int WARM_UP_TOKENS = 8;
  private static final int TURNS_OF_A_PERSON = 50;

  /** Another in each run: what was asked before has its verdicts in the cache. */
  private final int firstQuestion = 20_000 + (int) (System.currentTimeMillis() / 1000 % 70_000);

  private final Map<String, HopProfile.Seen> seen = new HashMap<>();

  private String url;
  private ChatClient client;
  private int said;

  @Mixin StackOptions stack;

  @Option(names = "--turns", defaultValue = "200", description = "Turns that are measured.")
  int turns;

  @Option(
      names = "--warm-up",
      defaultValue = "300",
      description =
          "Turns before that, a few words each: the Java machines compile what they run often.")
  int warmUp;

  @Option(names = "--max-tokens", defaultValue = "24", description = "Tokens of each reply.")
  int maxTokens;

  @Option(names = "--json", description = "One JSON object a line on standard output.")
  boolean json;

  /** Times of one reply, in milliseconds: until the first text, and mean between chunks. */
  record Timing(double first, double perChunk) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    StackState state = stack.running();
    url = state.url();
    Ports ports = new Ports(state.port());
    List<Timing> through = new ArrayList<>();
    List<Timing> alone = new ArrayList<>();
    try (InProcess inProcess = new InProcess(stack.folders(), state.model(), maxTokens)) {
      warmUp(inProcess);
      seen.clear();
      var rated = classifier(ports);
      for (int i = 0; i < turns; i++) {
        through.add(pipeline(prompt(i), maxTokens));
        alone.add(inProcess.generate(prompt(i)));
        progress("turn", i, turns);
      }
      report("first_text", through, alone, true);
      report("per_chunk", through, alone, false);
      reportHops(HopProfile.read("localhost:" + ports.broker(), seen));
      reportClassifier(rated, classifier(ports));
    }
    return 0;
  }

  /** Short turns through all topics, and some in-process, until the code that runs is compiled. */
  private void warmUp(InProcess inProcess) throws IOException, InterruptedException {
    for (int i = 0; i < warmUp; i++) {
      pipeline(prompt(-1 - i), WARM_UP_TOKENS);
      if (i % 10 == 0) {
        inProcess.generate(prompt(-1 - i));
      }
      progress("warm-up", i, warmUp);
    }
  }

  private static void progress(String what, int done, int all) {
    if (done % 20 == 0) {
      System.err.printf("%s %d of %d%n", what, done, all);
    }
  }

  private String prompt(int i) {
    return "Question %d: tell me something about %s."
        .formatted(firstQuestion + i, SUBJECTS.get(Math.floorMod(i, SUBJECTS.size())));
  }

  private static Meters.Timed classifier(Ports ports) {
    return Meters.timer(ports.management(ServiceSpec.SAFETY), "heed_safety_classifier_seconds")
        .orElseThrow(() -> new StackException("safety-service does not answer"));
  }

  /** A person keeps a bounded number of conversations and says so much a minute, so they change. */
  private ChatClient person() {
    if (said++ % TURNS_OF_A_PERSON == 0) {
      client = new ChatClient(url, "heed-bench-" + firstQuestion + "-" + said);
    }
    return client;
  }

  private Timing pipeline(String prompt, int maxTokens) throws IOException, InterruptedException {
    ChatClient person = person();
    String conversation = person.open();
    long asked = System.currentTimeMillis();
    long begin = System.nanoTime();
    try (ServerEvents events = person.say(conversation, prompt, maxTokens, true)) {
      long first = 0;
      long last = 0;
      int chunks = 0;
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        boolean text =
            event.get().name().equals("chunk")
                && !JSON.readTree(event.get().data()).path("text").asText().isEmpty();
        if (text) {
          last = System.nanoTime();
          if (first == 0) {
            first = last;
            seen.put(conversation, new HopProfile.Seen(asked, System.currentTimeMillis()));
          }
          chunks++;
        } else if (event.get().name().equals("failure")) {
          throw new StackException("a turn failed: " + event.get().data());
        }
      }
      if (chunks == 0) {
        throw new StackException(
            "a reply had no text; the benchmark's prompts must not be refused");
      }
      return new Timing((first - begin) / 1e6, (last - first) / 1e6 / Math.max(1, chunks - 1));
    }
  }

  private void report(String what, List<Timing> through, List<Timing> alone, boolean first) {
    double[] whole = through.stream().mapToDouble(t -> first ? t.first() : t.perChunk()).toArray();
    double[] bare = alone.stream().mapToDouble(t -> first ? t.first() : t.perChunk()).toArray();
    double[] cost = new double[whole.length];
    Arrays.setAll(cost, i -> whole[i] - bare[i]);
    ObjectNode line = JSON.createObjectNode().put("bench", "pipeline").put("what", what);
    line.put("turns", cost.length);
    line.put("cost_ms_p50", quantile(cost, .5)).put("cost_ms_p99", quantile(cost, .99));
    line.put("pipeline_ms_p50", quantile(whole, .5)).put("pipeline_ms_p99", quantile(whole, .99));
    line.put("in_process_ms_p50", quantile(bare, .5)).put("in_process_ms_p99", quantile(bare, .99));
    System.out.println(
        json
            ? line.toString()
            : "%-10s through all topics p50 %.1f ms p99 %.1f ms, minus in-process: p50 %.1f ms p99 %.1f ms"
                .formatted(
                    what,
                    quantile(whole, .5),
                    quantile(whole, .99),
                    quantile(cost, .5),
                    quantile(cost, .99)));
  }

  /** Where the time of a turn goes: from one topic's record to the next one's. */
  private void reportHops(List<HopProfile.Hop> hops) {
    for (HopProfile.Hop hop : hops) {
      double p50 = quantile(hop.millis(), .5);
      double p99 = quantile(hop.millis(), .99);
      ObjectNode line = JSON.createObjectNode().put("bench", "pipeline").put("what", "hop");
      line.put("hop", hop.name()).put("count", hop.millis().length);
      line.put("ms_p50", p50).put("ms_p99", p99);
      System.out.println(
          json ? line.toString() : "%-28s p50 %.0f ms p99 %.0f ms".formatted(hop.name(), p50, p99));
    }
  }

  /** What the classifier took of it, beside the engine that shares the cores. */
  private void reportClassifier(Meters.Timed before, Meters.Timed after) {
    double count = after.count() - before.count();
    double mean = Math.round(after.meanMillisSince(before) * 100) / 100.0;
    ObjectNode line = JSON.createObjectNode().put("bench", "pipeline").put("what", "classifier");
    line.put("ratings", count).put("ms_mean", mean);
    System.out.println(
        json
            ? line.toString()
            : "%-28s mean %.1f ms, %.1f a turn".formatted("one rating", mean, count / turns));
  }

  /** The q-quantile by nearest rank, rounded to 0.01. */
  static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(q * sorted.length) - 1;
    return Math.round(sorted[Math.clamp(rank, 0, sorted.length - 1)] * 100) / 100.0;
  }
}
