package dev.heed.inference.cli;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prompt tokens a second, one prompt after the other, in the scheduler's chunks. */
@Command(name = "prefill", description = "Prompt speed.", mixinStandardHelpOptions = true)
final class PrefillBench implements Callable<Integer> {

  private static final int ROUNDS = 5;

  @Mixin private EngineOptions engine;
  @Mixin private AdapterOption adapters;

  @Option(names = "--streams", split = ",", defaultValue = "1", description = "Prompts at once.")
  private List<Integer> streams;

  @Option(names = "--prompt-tokens", defaultValue = "256", description = "Default 256.")
  private int promptTokens;

  @Option(names = "--tokens", defaultValue = "1", description = "Not used here.")
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
            .withPositions(Math.max(16, promptTokens + 1));
    Sum sum = new Sum();
    try (ChatEngine loaded = engine.start(model, limits, sum)) {
      int vocabulary = model.config().vocabulary();
      var adapter = adapters.load(loaded.scheduler());
      BenchLoad.run(loaded.scheduler(), adapter, vocabulary, 1, promptTokens, 1, 0);
      for (int number : streams) {
        sum.clear();
        for (int round = 0; round < ROUNDS; round++) {
          BenchLoad.run(
              loaded.scheduler(),
              adapter,
              vocabulary,
              number,
              promptTokens,
              1,
              100L * number + round);
        }
        BenchLoad.print(line(number, limits, sum.tokensPerSecond()));
      }
    }
    return 0;
  }

  private Map<String, Object> line(int number, EngineLimits limits, double speed) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("bench", "prefill");
    line.put("streams", number);
    line.put("threads", limits.threads());
    line.put("prompt_tokens", promptTokens);
    line.put("chunk_tokens", limits.prefillTokens());
    line.put("tokens_per_second", BenchLoad.round(speed));
    return line;
  }

  private static final class Sum implements EngineObserver {

    private long tokens;
    private long nanos;

    @Override
    public synchronized void prefilled(int count, Duration took) {
      tokens += count;
      nanos += took.toNanos();
    }

    synchronized void clear() {
      tokens = 0;
      nanos = 0;
    }

    synchronized double tokensPerSecond() {
      return tokens / (nanos / 1e9);
    }
  }
}
