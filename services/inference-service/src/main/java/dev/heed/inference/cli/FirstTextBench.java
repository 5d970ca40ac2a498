package dev.heed.inference.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.drafting.DraftChunker;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.ReplyRequest;
import dev.heed.inference.generation.TokenChance;
import dev.heed.inference.text.ChatMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The same generation as in service, without any topic: for each line {@code {"prompt":"..."}} on
 * stdin, milliseconds to the first chunk and between chunks. What the pipeline costs is the
 * difference.
 */
@Command(
    name = "first-text",
    description = "Time to the first chunk in-process, for each line on stdin.",
    mixinStandardHelpOptions = true)
final class FirstTextBench implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private EngineOptions engine;

  @Option(names = "--max-tokens", defaultValue = "32", description = "Default 32.")
  private int maxTokens;

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ChatModel model = engine.load();
    EngineLimits limits = EngineLimits.of(model.config());
    if (engine.threads > 0) {
      limits = limits.withThreads(engine.threads, false);
    }
    try (ChatEngine loaded = engine.start(model, limits, EngineObserver.NONE);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          BenchLoad.print(turn(loaded, line, number++));
        }
      }
    }
    return 0;
  }

  private Map<String, Object> turn(ChatEngine loaded, String line, int number) throws Exception {
    long start = System.nanoTime();
    JsonNode prompt = JSON.readTree(line).path("prompt");
    if (!prompt.isTextual()) {
      throw new IllegalArgumentException("a line without \"prompt\"");
    }
    int[] tokens = loaded.model().prompt(List.of(new ChatMessage("user", prompt.asText())));
    ChunkTimes times = new ChunkTimes();
    var request =
        new ReplyRequest(
            "turn-" + number,
            tokens,
            maxTokens,
            Sampling.GREEDY,
            List.of(),
            Instant.now().plus(PATIENCE),
            "turn-" + number);
    Admission admission = loaded.submit(request, new DraftChunker(times));
    if (admission != Admission.ACCEPTED) {
      throw new IllegalArgumentException("refused: " + admission.code());
    }
    times.end.await();
    return times.line(start);
  }

  /** When the chunks of one reply came. */
  private static final class ChunkTimes implements DraftChunker.Output {

    private final List<Long> at = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @Override
    public void chunk(String text, int completionTokens, List<TokenChance> chances) {
      at.add(System.nanoTime());
    }

    @Override
    public void last(String text, Finish finish, Tally tally, List<TokenChance> chances) {
      at.add(System.nanoTime());
      end.countDown();
    }

    Map<String, Object> line(long start) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("first_ms", BenchLoad.round((at.getFirst() - start) / 1e6));
      double between = at.size() < 2 ? 0 : (at.getLast() - at.getFirst()) / 1e6 / (at.size() - 1);
      line.put("per_chunk_ms", BenchLoad.round(between));
      line.put("chunks", at.size());
      return line;
    }
  }
}
