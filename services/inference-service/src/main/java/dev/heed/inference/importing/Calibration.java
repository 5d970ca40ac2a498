package dev.heed.inference.importing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.text.TextTokenizer;
import java.io.IOException;
import java.io.InputStream;
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
final class Calibration {

  private static final String TEXT = "calibration.txt";
  private static final int WINDOW = 256;

  private Calibration() {}

  /**
   * Runs the text.
   *
   * @param folder a whole model folder whose graph was built with watches
   * @param watches widths of the watched tensors by name
   */
  static Ranges measure(Path folder, Map<String, Integer> watches) throws IOException {
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

  private static String text() throws IOException {
    try (InputStream in = Calibration.class.getResourceAsStream(TEXT)) {
      if (in == null) {
        throw new IOException(TEXT + " is missing in this build");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static Ranges run(Path folder, Map<String, Integer> watches, int[] tokens) {
    var config = dev.heed.inference.runtime.GenaiConfig.read(folder);
    int window = Math.min(WINDOW, config.context());
    int threads = Runtime.getRuntime().availableProcessors();
    try (DecoderSession session = DecoderSession.open(folder, config, 1, window, threads, false)) {
      Map<String, MemorySegment> memory = new LinkedHashMap<>();
      watches.forEach((name, width) -> memory.put(name, session.watch(watch(name), width)));
      Map<String, float[]> largest = new HashMap<>();
      watches.forEach((name, width) -> largest.put(name, new float[width]));
      for (int from = 0; from < tokens.length; from += window) {
        session.prefill(0, 0, tokens, from, Math.min(window, tokens.length - from));
        memory.forEach((name, segment) -> raise(largest.get(name), segment));
      }
      return new Ranges(largest);
    }
  }

  private static void raise(float[] largest, MemorySegment now) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], now.getAtIndex(ValueLayout.JAVA_FLOAT, i));
    }
  }

  /** The output that shows a tensor's largest magnitudes. */
  static String watch(String tensor) {
    return tensor + ".largest";
  }
}
