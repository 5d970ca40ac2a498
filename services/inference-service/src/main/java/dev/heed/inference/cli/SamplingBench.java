package dev.heed.inference.cli;

import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.SamplingCost;
import dev.heed.inference.batching.SamplingCost.Setting;
import dev.heed.inference.generation.ChatModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What drawing a token costs, on the model's own logits, beside the step that made them. */
@Command(
    name = "sampling",
    description = "What drawing tokens costs of a step.",
    mixinStandardHelpOptions = true)
final class SamplingBench implements Callable<Integer> {

  @Mixin private EngineOptions engine;

  @Option(names = "--streams", defaultValue = "8", description = "Rows of a step; default 8.")
  private int streams;

  @Option(
      names = "--text",
      description = "A UTF-8 file; streams begin with pieces of it. Default: dialogues of our own.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ChatModel model = engine.load();
    String text = BenchLoad.text(file);
    Map<String, Setting> settings = new LinkedHashMap<>();
    Sampling usual = Sampling.of(0.7, 0, 0.9, 0, 1, 0, 0, 1);
    Sampling typical = new Sampling(1, 0, 1, 0, 1, 0, 0, 0.9, 3, Map.of(), 1);
    settings.put("greedy", plain(Sampling.GREEDY));
    settings.put("temperature", plain(Sampling.of(1, 0, 1, 0, 1, 0, 0, 1)));
    settings.put("default (0.7, top-p 0.9)", plain(usual));
    settings.put("top-k 50, top-p 0.95", plain(Sampling.of(1, 50, 0.95, 0, 1, 0, 0, 1)));
    settings.put("min-p 0.05", plain(Sampling.of(1, 0, 1, 0.05, 1, 0, 0, 1)));
    settings.put("penalties, top-p 0.9", plain(Sampling.of(0.7, 0, 0.9, 0, 1.1, 0.5, 0.5, 1)));
    settings.put("typical-p 0.9, 3-grams", plain(typical));
    settings.put("greedy, 5 logprobs", new Setting(Sampling.GREEDY, OptionalInt.of(5)));
    settings.put("default, 5 logprobs", new Setting(usual, OptionalInt.of(5)));
    for (SamplingCost.Line cost :
        SamplingCost.measure(model, engine.limits(model), streams, text, settings)) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("bench", "sampling");
      line.put("settings", cost.settings());
      line.put("streams", streams);
      line.put("sampling_ms_per_step", BenchLoad.round(cost.samplingMillis()));
      line.put("step_ms", BenchLoad.round(cost.stepMillis()));
      line.put("share", Math.round(1e4 * cost.samplingMillis() / cost.stepMillis()) / 1e4);
      BenchLoad.print(line);
    }
    return 0;
  }

  private static Setting plain(Sampling sampling) {
    return new Setting(sampling, OptionalInt.empty());
  }
}
