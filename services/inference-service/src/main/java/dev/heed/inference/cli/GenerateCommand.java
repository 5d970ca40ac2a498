package dev.heed.inference.cli;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.ReplyListener;
import dev.heed.inference.generation.ReplyRequest;
import dev.heed.inference.text.ChatMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continues the text on stdin, or with {@code --chat} answers it; writes to stdout as it comes. */
@Command(
    name = "generate",
    description = "Continue the text on stdin (--chat: answer it).",
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofHours(1);

  @Mixin private EngineOptions engine;
  @Mixin private AdapterOption adapters;

  @Option(names = "--greedy", description = "The likeliest token always.")
  private boolean greedy;

  @Option(names = "--max-tokens", defaultValue = "256", description = "Most tokens (default 256).")
  private int maxTokens;

  @Option(names = "--chat", description = "Take the text as a user's message.")
  private boolean chat;

  @Option(names = "--temperature", description = "Default: the model's own.")
  private Double temperature;

  @Option(names = "--top-p", description = "Default: the model's own.")
  private Double topP;

  @Option(names = "--seed", defaultValue = "0", description = "Same seed, same text.")
  private long seed;

  @Option(names = "--stop", description = "A string that ends the text; may be given again.")
  private List<String> stops = List.of();

  @Override
  public Integer call() throws IOException {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    ChatModel model = engine.load();
    int[] prompt =
        chat
            ? model.prompt(List.of(new ChatMessage("user", text.strip())))
            : model.tokenizer().encode(text);
    var limits = engine.limits(model).withRunning(1).withRetained(0);
    limits = limits.withPositions(model.config().context());
    try (ChatEngine loaded = engine.start(model, limits, EngineObserver.NONE)) {
      var request =
          new ReplyRequest(
                  "cli",
                  prompt,
                  maxTokens,
                  sampling(model),
                  stops,
                  Instant.now().plus(PATIENCE),
                  "")
              .with(adapters.load(loaded.scheduler()));
      Printer printer = new Printer();
      Admission admission = loaded.submit(request, printer);
      if (admission != Admission.ACCEPTED) {
        System.err.println(
            "heed: "
                + admission.code()
                + ": a prompt of "
                + prompt.length
                + " tokens and "
                + maxTokens
                + " new ones, in a context of "
                + limits.positions());
        return 1;
      }
      return printer.end.join() == Finish.ERROR ? 1 : 0;
    }
  }

  private Sampling sampling(ChatModel model) {
    if (greedy) {
      return Sampling.GREEDY;
    }
    var defaults = model.config().defaults();
    return Sampling.of(
        temperature != null ? temperature : defaults.temperature(),
        defaults.topK(),
        topP != null ? topP : defaults.topP(),
        0,
        1,
        0,
        0,
        seed);
  }

  /** Writes text as UTF-8 as it comes. */
  private static final class Printer implements ReplyListener {

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final CompletableFuture<Finish> end = new CompletableFuture<>();

    @Override
    public void text(String text, int completionTokens) {
      out.print(text);
      out.flush();
    }

    @Override
    public void finished(Finish finish, Tally tally) {
      out.println();
      end.complete(finish);
    }
  }
}
