package dev.heed.safety.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.classifier.BatchBench;
import dev.heed.safety.matching.MatcherBench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the classifier on one core: 32, 128 and 256 tokens, alone and 16 at a time. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description = "Latency of the classifier on one core at 32/128/256 tokens, batch 1 and 16.")
final class BenchCommand implements Callable<Integer> {

  private static final int[] TOKENS = {32, 128, 256};
  private static final int[] BATCHES = {1, 16};

  @Mixin private ScreeningOptions options;

  @Option(names = "--json", description = "JSON on stdout")
  private boolean asJson;

  @Option(names = "--runs", description = "Runs per row (default: ${DEFAULT-VALUE})")
  private int runs = 100;

  @Option(
      names = "--tokens-per-second",
      description =
          "What the chat model generates at one stream (./heed bench decode), for the share of"
              + " screening in a reply's cost")
  private double tokensPerSecond;

  @Override
  public Integer call() throws JsonProcessingException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (BatchBench bench = BatchBench.open(options.folder())) {
      for (int tokens : TOKENS) {
        for (int batch : BATCHES) {
          System.err.printf("heed bench: %d tokens, batch %d%n", tokens, batch);
          rows.add(row(bench.measure(tokens, batch, batch == 1 ? runs : Math.max(3, runs / 10))));
        }
      }
      System.err.println("heed bench: a reply of 40 tokens, the matcher");
      print(bench.version(), rows, reply(bench.measureReply(runs)), matcher());
    }
    return 0;
  }

  private Map<String, Object> reply(BatchBench.Reply reply) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("tokens", reply.tokens());
    row.put("chunks", reply.chunks());
    row.put("screening_ms", reply.processorMillis());
    if (tokensPerSecond > 0) {
      double generating = reply.tokens() * 1000 / tokensPerSecond;
      row.put("generating_ms", generating);
      row.put("share", reply.processorMillis() / generating);
    }
    return row;
  }

  private Map<String, Object> matcher() {
    MatcherBench.Result result = MatcherBench.measure(runs);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("prose", result.prose());
    row.put("foreign", result.foreign());
    row.put("disguised", result.disguised());
    return row;
  }

  private static Map<String, Object> row(BatchBench.Result result) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("tokens", result.tokens());
    row.put("batch", result.batch());
    row.put("runs", result.runs());
    row.put("p50_ms", result.p50Millis());
    row.put("p95_ms", result.p95Millis());
    row.put("processor_ms", result.processorMillis());
    row.put("texts_per_second", result.textsPerSecond());
    return row;
  }

  private void print(
      String version,
      List<Map<String, Object>> rows,
      Map<String, Object> reply,
      Map<String, Object> matcher)
      throws JsonProcessingException {
    if (asJson) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("classifier", version);
      all.put("threads", 1);
      all.put("rows", rows);
      all.put("reply", reply);
      all.put("matcher_mb_per_second", matcher);
      System.out.println(new ObjectMapper().writeValueAsString(all));
      return;
    }
    for (Map<String, Object> row : rows) {
      System.out.println(row);
    }
    System.out.println("reply: " + reply);
    System.out.println("matcher, MB/s: " + matcher);
  }
}
