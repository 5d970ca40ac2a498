package dev.heed.inference.importing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.text.TextTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Measures how large a graph's activations become on the project's own text (calibration.txt).
 * Every window starts anew, as a conversation does.
 */
public final class Calibration {

  private static final String TEXT = "calibration.txt";
  private static final int WINDOW = 256;

  /** A tokenizer with short words would make the text long. */
  private static final int MOST_TOKENS = 16 * WINDOW;

  private Calibration() {}

  /**
   * Runs the text.
   *
   * @param folder a whole model folder whose graph was built with watches
   * @param watches what is watched, by tensor
   */
  static Ranges measure(Path folder, Map<String, Watches.Watch> watches) throws IOException {
    int[] tokens;
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      tokens = tokenizer.encode(text());
    }
    var task = new FutureTask<>(() -> run(folder, watches, tokens));
    Thread.ofPlatform().name("calibration").stackSize(DecoderSession.STACK_BYTES).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new ImportException("the model cannot be calibrated: " + e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImportException("interrupted while calibrating");
    }
  }

  /** The text: dialogues and prose of our own, in the chat format. */
  public static String text() throws IOException {
    try (InputStream in = Calibration.class.getResourceAsStream(TEXT)) {
      if (in == null) {
        throw new IOException(TEXT + " is missing in this build");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static Ranges run(Path folder, Map<String, Watches.Watch> watches, int[] tokens) {
    var config = dev.heed.inference.runtime.GenaiConfig.read(folder);
    int window = Math.min(WINDOW, config.context());
    int threads = Runtime.getRuntime().availableProcessors();
    try (DecoderSession session = DecoderSession.open(folder, config, 1, window, threads, false)) {
      Map<String, MemorySegment> memory = new LinkedHashMap<>();
      Map<String, MemorySegment> sums = new HashMap<>();
      watches.forEach(
          (tensor, watch) -> {
            memory.put(tensor, session.watch(watch.output(), watch.width()));
            sums.put(tensor, Arena.ofAuto().allocate((long) watch.width() * Float.BYTES));
          });
      int count = Math.min(tokens.length, MOST_TOKENS);
      for (int from = 0; from < count; from += window) {
        session.prefill(0, 0, tokens, from, Math.min(window, count - from));
        memory.forEach((t, now) -> gather(sums.get(t), now, watches.get(t).added()));
      }
      return new Ranges(sums);
    }
  }

  private static void gather(MemorySegment sums, MemorySegment now, boolean added) {
    float[] values = now.toArray(ValueLayout.JAVA_FLOAT);
    float[] before = sums.toArray(ValueLayout.JAVA_FLOAT);
    for (int i = 0; i < values.length; i++) {
      values[i] = added ? before[i] + values[i] : Math.max(before[i], values[i]);
    }
    MemorySegment.copy(values, 0, sums, ValueLayout.JAVA_FLOAT, 0, values.length);
  }
}
