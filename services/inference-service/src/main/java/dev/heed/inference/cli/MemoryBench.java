package dev.heed.inference.cli;

import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.MemoryTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The table of memory, beside what the process takes when every position of every slot was used.
 */
@Command(
    name = "memory",
    description = "What the engine takes of memory, as computed and as measured.",
    mixinStandardHelpOptions = true)
final class MemoryBench implements Callable<Integer> {

  @Mixin private EngineOptions engine;

  @Option(names = "--running", description = "Sequences at once; default: as in service.")
  private Integer running;

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ChatModel model = engine.load();
    var limits = engine.limits(model);
    if (running != null) {
      limits = limits.withRunning(running).withRetained(running);
    }
    MemoryTable table = MemoryTable.of(model, limits);
    try (ChatEngine loaded = engine.start(model, limits, EngineObserver.NONE, true)) {
      int vocabulary = model.config().vocabulary();
      int prompt = Math.min(limits.prefillTokens(), limits.positions() / 2);
      BenchLoad.run(loaded.scheduler(), vocabulary, limits.running(), prompt, 4, 1);
      long machine = MemoryTable.machine();
      long sum = table.engine() + machine;
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("bench", "memory");
      line.put("running", limits.running());
      line.put("retained", limits.retained());
      line.put("positions", limits.positions());
      line.put("cache_bytes_per_token", model.config().bytesPerToken());
      line.put("megabytes", table.megabytes());
      line.put("virtual_machine", MemoryTable.mega(machine));
      line.put("sum", MemoryTable.mega(sum));
      MemoryTable.resident()
          .ifPresent(
              resident -> {
                line.put("resident", MemoryTable.mega(resident));
                line.put("resident_by_sum", BenchLoad.round((double) resident / sum));
              });
      BenchLoad.print(line);
    }
    return 0;
  }
}
