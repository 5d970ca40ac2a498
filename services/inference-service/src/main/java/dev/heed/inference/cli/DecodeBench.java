package dev.heed.inference.cli;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Tokens a second of so many streams at once: the steps that decode all of them, sampling and
 * bookkeeping with them.
 */
@Command(
    name = "decode",
    description = "Decoding speed by streams.",
    mixinStandardHelpOptions = true)
final class DecodeBench implements Callable<Integer> {

  private static final int WARM_UP_TOKENS = 8;

  @Mixin private EngineOptions engine;
  @Mixin private AdapterOption adapters;

  @Option(
      names = "--streams",
      split = ",",
      defaultValue = "1,8,16",
      description = "Default 1,8,16.")
  private List<Integer> streams;

  @Option(names = "--prompt-tokens", defaultValue = "64", description = "Default 64.")
  private int promptTokens;

  @Option(names = "--tokens", defaultValue = "128", description = "Tokens a stream; default 128.")
  private int tokens;

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    int most = streams.stream().mapToInt(Integer::intValue).max().orElse(1);
    ChatModel model = engine.load();
    EngineLimits limits =
        engine
            .limits(model)
            .withRunning(most)
            .withWaiting(most)
            .withRetained(0)
            .withPositions(Math.max(16, promptTokens + Math.max(tokens, WARM_UP_TOKENS)));
    StepLog log = new StepLog();
    try (ChatEngine loaded = engine.start(model, limits, log)) {
      int vocabulary = model.config().vocabulary();
      var adapter = adapters.load(loaded.scheduler());
      BenchLoad.run(loaded.scheduler(), adapter, vocabulary, 1, promptTokens, WARM_UP_TOKENS, 0);
      for (int number : streams) {
        log.clear();
        BenchLoad.run(
            loaded.scheduler(), adapter, vocabulary, number, promptTokens, tokens, number);
        BenchLoad.print(line(number, limits, log.ofBatch(number)));
      }
    }
    return 0;
  }

  private Map<String, Object> line(int number, EngineLimits limits, List<Long> steps) {
    double mean = steps.stream().mapToLong(Long::longValue).average().orElse(Double.NaN) / 1e9;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("bench", "decode");
    line.put("streams", number);
    line.put("threads", limits.threads());
    line.put("prompt_tokens", promptTokens);
    line.put("steps", steps.size());
    line.put("tokens_per_second", BenchLoad.round(number / mean));
    line.put("ms_per_step", BenchLoad.round(mean * 1000));
    return line;
  }

  /** Time of each step by its batch. */
  private static final class StepLog implements EngineObserver {

    private final Map<Integer, List<Long>> nanos = new LinkedHashMap<>();

    @Override
    public synchronized void step(int batch, java.time.Duration took) {
      nanos.computeIfAbsent(batch, b -> new ArrayList<>()).add(took.toNanos());
    }

    synchronized void clear() {
      nanos.clear();
    }

    synchronized List<Long> ofBatch(int batch) {
      return List.copyOf(nanos.getOrDefault(batch, List.of()));
    }
  }
}
