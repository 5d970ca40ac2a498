package dev.heed.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  @Mixin StackOptions stack;

  @Option(names = "--turns", defaultValue = "200", description = "Turns that are measured.")
  int turns;

  @Option(names = "--warm-up", defaultValue = "20", description = "Turns before that.")
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
    ChatClient client = new ChatClient(state.url(), "heed-bench");
    List<Timing> through = new ArrayList<>();
    List<Timing> alone = new ArrayList<>();
    try (InProcess inProcess = new InProcess(stack.folders(), state.model(), maxTokens)) {
      for (int i = -warmUp; i < turns; i++) {
        String prompt =
            "Question %d: tell me something about %s."
                .formatted(i + warmUp, SUBJECTS.get(Math.floorMod(i, SUBJECTS.size())));
        Timing pipeline = pipeline(client, prompt);
        Timing generation = inProcess.generate(prompt);
        if (i >= 0) {
          through.add(pipeline);
          alone.add(generation);
        }
        if (i % 20 == 0) {
          System.err.printf("turn %d of %d%n", i, turns);
        }
      }
    }
    report("first_text", through, alone, true);
    report("per_chunk", through, alone, false);
    return 0;
  }

  private Timing pipeline(ChatClient client, String prompt)
      throws IOException, InterruptedException {
    String conversation = client.open();
    long begin = System.nanoTime();
    try (ServerEvents events = client.say(conversation, prompt, maxTokens, true)) {
      long first = 0;
      long last = 0;
      int chunks = 0;
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        boolean text =
            event.get().name().equals("chunk")
                && !JSON.readTree(event.get().data()).path("text").asText().isEmpty();
        if (text) {
          last = System.nanoTime();
          first = first == 0 ? last : first;
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

  /** The q-quantile by nearest rank, rounded to 0.01. */
  static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(q * sorted.length) - 1;
    return Math.round(sorted[Math.clamp(rank, 0, sorted.length - 1)] * 100) / 100.0;
  }
}
