package dev.heed.inference.cli;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.generation.Candidates;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.ReplyListener;
import dev.heed.inference.generation.ReplyRequest;
import dev.heed.inference.releases.RewardModel;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.text.ChatMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What it costs to write several candidates of a reply and to let a reward model choose. */
@Command(
    name = "rerank",
    description = "Milliseconds of a reply by the number of its candidates, judging among them.",
    mixinStandardHelpOptions = true)
final class RerankBench implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final List<ChatMessage> ASKED =
      List.of(new ChatMessage("user", "What should I know about volcanoes?"));

  @Mixin private EngineOptions engine;

  @Option(
      names = "--candidates",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Candidates of a reply; default 1,2,4,8.")
  private List<Integer> candidates;

  @Option(
      names = "--reward",
      description = "Folder of a reward model that a trainer made; else the first is taken.")
  private Optional<Path> reward = Optional.empty();

  @Option(names = "--tokens", defaultValue = "32", description = "Tokens of each; default 32.")
  private int tokens;

  @Option(names = "--replies", defaultValue = "20", description = "Measured; default 20.")
  private int replies;

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  private final AtomicLong judging = new AtomicLong();

  @Override
  public Integer call() throws Exception {
    ChatModel model = engine.load();
    int most = candidates.stream().mapToInt(Integer::intValue).max().orElse(1);
    var limits = engine.limits(model).withRunning(most).withWaiting(most).withRetained(0);
    try (ChatEngine loaded = engine.start(model, limits, EngineObserver.NONE);
        ExecutorService judge = Executors.newSingleThreadExecutor()) {
      Optional<RewardModel> judges = rewardModel();
      for (int number : candidates) {
        reply(loaded, judge, judges, number, -1);
        judging.set(0);
        double[] millis = new double[replies];
        for (int i = 0; i < replies; i++) {
          millis[i] = reply(loaded, judge, judges, number, i);
        }
        Arrays.sort(millis);
        BenchLoad.print(line(number, limits.threads(), millis[replies / 2]));
      }
      judges.ifPresent(RewardModel::close);
    }
    return 0;
  }

  private Optional<RewardModel> rewardModel() throws IOException {
    if (reward.isEmpty()) {
      return Optional.empty();
    }
    byte[] graph = AdapterFile.bytes(reward.get().resolve("reward.onnx"));
    return Optional.of(RewardModel.load("bench", graph, reward.get()));
  }

  private Map<String, Object> line(int number, int threads, double median) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("bench", "rerank");
    line.put("candidates", number);
    line.put("threads", threads);
    line.put("tokens", tokens);
    line.put("ms_per_reply", BenchLoad.round(median));
    line.put("judging_ms", BenchLoad.round(judging.get() / 1e6 / replies));
    return line;
  }

  /** One reply from its prompt to the choice, in milliseconds. */
  private double reply(
      ChatEngine loaded, ExecutorService judge, Optional<RewardModel> judges, int number, int draw)
      throws Exception {
    var end = new CompletableFuture<Finish>();
    String id = "rerank-" + number + "-" + draw;
    var request =
        new ReplyRequest(
            id,
            loaded.model().prompt(ASKED),
            tokens,
            Sampling.of(.7, 0, .9, 0, 1, 0, 0, draw),
            List.of(),
            Instant.now().plus(PATIENCE),
            id);
    long begin = System.nanoTime();
    Admission admission =
        Candidates.submit(
            loaded, request, number, texts -> choose(judges, texts), judge, new End(end));
    if (admission != Admission.ACCEPTED) {
      throw new IllegalArgumentException("refused: " + admission.code());
    }
    if (end.get() == Finish.ERROR) {
      throw new IllegalStateException("a reply failed");
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private int choose(Optional<RewardModel> judges, List<String> texts) {
    if (judges.isEmpty()) {
      return 0;
    }
    long begin = System.nanoTime();
    int best = judges.get().best(ASKED, texts);
    judging.addAndGet(System.nanoTime() - begin);
    return best;
  }

  private record End(CompletableFuture<Finish> end) implements ReplyListener {

    @Override
    public void text(String text, int completionTokens) {}

    @Override
    public void finished(Finish finish, Tally tally) {
      end.complete(finish);
    }
  }
}
