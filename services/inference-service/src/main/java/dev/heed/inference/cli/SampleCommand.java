package dev.heed.inference.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.ReplyListener;
import dev.heed.inference.generation.ReplyRequest;
import dev.heed.inference.runtime.LoadedAdapter;
import dev.heed.inference.text.ChatMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Several sampled answers to each of many messages, in one batch after the other. */
@Command(
    name = "sample",
    description = {
      "Reads {\"id\",\"text\"} a line from stdin and writes {\"id\",\"n\",\"text\",\"finish\"} a"
          + " line",
      "for each of --n sampled answers, in the order in which they end."
    },
    mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final int POSITIONS = 768;

  @Mixin private EngineOptions engine;
  @Mixin private AdapterOption adapters;

  @Option(names = "--n", defaultValue = "4", description = "Answers to each (default 4).")
  private int answers;

  @Option(names = "--max-tokens", defaultValue = "64", description = "Most tokens (default 64).")
  private int maxTokens;

  @Option(names = "--temperature", defaultValue = "1", description = "Default 1.")
  private double temperature;

  @Option(names = "--top-p", defaultValue = "0.95", description = "Default 0.95.")
  private double topP;

  @Option(names = "--seed", defaultValue = "0", description = "Same seed, same draws.")
  private long seed;

  @Option(names = "--streams", defaultValue = "16", description = "At once (default 16).")
  private int streams;

  private final ObjectMapper json = new ObjectMapper();
  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  private final AtomicInteger failed = new AtomicInteger();
  private Optional<LoadedAdapter> adapter = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ChatModel model = engine.load();
    var limits = engine.limits(model).withThreads(threads(), false);
    limits = limits.withRunning(streams).withWaiting(streams).withRetained(streams);
    limits = limits.withPositions(Math.min(POSITIONS, model.config().context()));
    Semaphore free = new Semaphore(streams);
    try (ChatEngine loaded = engine.start(model, limits, EngineObserver.NONE);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      adapter = adapters.load(loaded.scheduler());
      int line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        JsonNode ask = parse(text, ++line);
        int[] prompt =
            model.prompt(List.of(new ChatMessage("user", ask.path("text").asText().strip())));
        for (int n = 0; n < answers; n++) {
          free.acquire();
          submit(loaded, new Answer(ask.get("id").asText(), n, free), prompt, line);
        }
      }
      free.acquire(streams);
    }
    out.flush();
    return failed.get() > 0 || out.checkError() ? 1 : 0;
  }

  private int threads() {
    return engine.threads > 0 ? engine.threads : Runtime.getRuntime().availableProcessors();
  }

  private JsonNode parse(String text, int line) {
    try {
      JsonNode ask = json.readTree(text);
      if (ask.hasNonNull("id") && ask.path("text").isTextual()) {
        return ask;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("line " + line + " is no JSON", e);
    }
    throw new IllegalArgumentException("line " + line + " needs id and text");
  }

  private void submit(ChatEngine loaded, Answer answer, int[] prompt, int line) {
    long draw = seed * 1_000_003L + line * 1009L + answer.n;
    var sampling = Sampling.of(temperature, 0, topP, 0, 1, 0, 0, draw);
    adapter.ifPresent(LoadedAdapter::hold); // the engine lets it go with each answer
    var request =
        new ReplyRequest(
                answer.id + "/" + answer.n,
                prompt,
                maxTokens,
                sampling,
                List.of(),
                Instant.now().plus(PATIENCE),
                "")
            .with(adapter);
    Admission admission = loaded.submit(request, answer);
    if (admission != Admission.ACCEPTED) {
      System.err.println("heed: line " + line + ": " + admission.code());
      failed.incrementAndGet();
      answer.free.release();
    }
  }

  /** Gathers one answer and writes it when it ends. */
  private final class Answer implements ReplyListener {

    private final String id;
    private final int n;
    private final Semaphore free;
    private final StringBuilder text = new StringBuilder();

    private Answer(String id, int n, Semaphore free) {
      this.id = id;
      this.n = n;
      this.free = free;
    }

    @Override
    public void text(String more, int completionTokens) {
      text.append(more);
    }

    @Override
    public void finished(Finish finish, Tally tally) {
      var line = json.createObjectNode().put("id", id).put("n", n).put("text", text.toString());
      line.put("finish", finish.name().toLowerCase(java.util.Locale.ROOT));
      synchronized (out) {
        out.println(line);
        out.flush();
      }
      if (finish == Finish.ERROR) {
        failed.incrementAndGet();
      }
      free.release();
    }
  }
}
