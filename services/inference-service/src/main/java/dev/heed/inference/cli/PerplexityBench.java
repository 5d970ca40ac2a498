package dev.heed.inference.cli;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.LoadedAdapter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Perplexity of a text as llama.cpp's llama-perplexity counts it: windows of the context's length
 * that do not overlap, each begun with the model's first token in place of the window's own, the
 * second half of each scored. Many windows are decoded at once, a token of each in a step, with the
 * first half of each prefilled.
 */
@Command(
    name = "perplexity",
    description = "Perplexity of a text, in windows of which the second half counts.",
    mixinStandardHelpOptions = true)
final class PerplexityBench implements Callable<Integer> {

  @Mixin private EngineOptions engine;
  @Mixin private AdapterOption adapters;

  @Parameters(
      index = "0",
      arity = "0..1",
      description = "A UTF-8 text file; default: the text that an import measures with.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--context", defaultValue = "512", description = "Window; default 512.")
  private int window;

  @Option(
      names = "--streams",
      defaultValue = "4",
      description = "Windows at once; default 4, as llama-perplexity has.")
  private int streams;

  @Option(names = "--windows", defaultValue = "0", description = "Most windows; 0: all.")
  private int most;

  @Option(names = "--bos", defaultValue = "-1", description = "First token of a window; -1: none.")
  private int bos;

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  private Optional<LoadedAdapter> adapter = Optional.empty();
  private double sum;
  private long scored;

  @Override
  public Integer call() throws Exception {
    ChatModel model = engine.load();
    int[] tokens = model.tokenizer().encode(BenchLoad.text(file));
    int windows = tokens.length / window;
    if (most > 0) {
      windows = Math.min(windows, most);
    }
    if (windows < 1 || window < 4) {
      throw new IllegalArgumentException(
          "the text has " + tokens.length + " tokens, less than one window of " + window);
    }
    int batch = Math.min(streams, windows);
    EngineLimits limits = engine.limits(model);
    long start = System.nanoTime();
    try (DecoderSession session =
        DecoderSession.open(
            model.folder(), model.config(), batch, window, limits.threads(), limits.spinning())) {
      adapter = adapters.read().map(matrices -> session.adapter(adapters.name(), matrices));
      for (int first = 0; first < windows; first += batch) {
        onDecoderThread(session, tokens, first, Math.min(batch, windows - first));
        System.err.printf("%d of %d windows%n", Math.min(first + batch, windows), windows);
      }
    }
    print(windows, (System.nanoTime() - start) / 1e9);
    return 0;
  }

  /** The session wants a thread with a large stack. */
  private void onDecoderThread(DecoderSession session, int[] tokens, int first, int count)
      throws Exception {
    var task =
        new java.util.concurrent.FutureTask<Void>(
            () -> {
              score(session, tokens, first, count);
              return null;
            });
    Thread.ofPlatform().stackSize(DecoderSession.STACK_BYTES).start(task);
    task.get();
  }

  private void score(DecoderSession session, int[] tokens, int first, int count) {
    int half = window / 2;
    float[] row = new float[session.config().vocabulary()];
    int[] input = new int[count];
    int[] past = new int[count];
    for (int w = 0; w < count; w++) {
      int[] prompt = new int[half + 1];
      System.arraycopy(tokens, (first + w) * window, prompt, 0, half + 1);
      if (bos >= 0) {
        prompt[0] = bos;
      }
      MemorySegment logits = session.prefill(adapter, w, 0, prompt, 0, half + 1);
      session.read(logits, 0, row);
      count(row, tokens[(first + w) * window + half + 1]);
    }
    for (int position = half + 1; position < window - 1; position++) {
      for (int w = 0; w < count; w++) {
        input[w] = tokens[(first + w) * window + position];
        past[w] = position;
      }
      MemorySegment logits = session.decode(adapter, input, past, 0, count);
      for (int w = 0; w < count; w++) {
        session.read(logits, w, row);
        count(row, tokens[(first + w) * window + position + 1]);
      }
    }
  }

  private void count(float[] row, int target) {
    float top = Float.NEGATIVE_INFINITY;
    for (float logit : row) {
      top = Math.max(top, logit);
    }
    double total = 0;
    for (float logit : row) {
      total += Math.exp(logit - top);
    }
    sum += Math.log(total) + top - row[target];
    scored++;
  }

  private void print(int windows, double seconds) throws Exception {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("bench", "perplexity");
    line.put("context", window);
    line.put("windows", windows);
    line.put("scored_tokens", scored);
    line.put("perplexity", Math.round(Math.exp(sum / scored) * 10_000) / 10_000.0);
    line.put("seconds", BenchLoad.round(seconds));
    BenchLoad.print(line);
  }
}
