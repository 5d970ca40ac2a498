package dev.heed.inference.batching;

import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.runtime.DecoderSession;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;

/**
 * Measures what drawing tokens takes of a step: texts that the model goes on with, drawn under
 * given settings; the reading of logits counts as drawing.
 */
public final class SamplingCost {

  private static final int PROMPT = 64;
  private static final int WARM_UP = 240;
  private static final int STEPS = 72;

  private SamplingCost() {}

  /**
   * How tokens are drawn.
   *
   * @param logprobs how many likeliest ones are told with each; empty: none, and no odds at all
   */
  public record Setting(Sampling sampling, OptionalInt logprobs) {}

  /** Mean times of one step under some settings. */
  public record Line(String settings, double samplingMillis, double stepMillis) {}

  /**
   * Runs all settings one after the other on one session.
   *
   * @param text each stream begins with a piece of it
   * @throws IllegalArgumentException when it has less than 64 tokens
   */
  public static List<Line> measure(
      ChatModel model, EngineLimits limits, int streams, String text, Map<String, Setting> settings)
      throws Exception {
    int[] begin = model.tokenizer().encode(text);
    if (begin.length < PROMPT) {
      throw new IllegalArgumentException(
          "the text has " + begin.length + " tokens, less than the " + PROMPT + " of a beginning");
    }
    var task =
        new FutureTask<>(
            () -> {
              List<Line> lines = new ArrayList<>();
              try (DecoderSession session =
                  DecoderSession.open(
                      model.folder(),
                      model.config(),
                      streams,
                      PROMPT + WARM_UP + STEPS + 1,
                      limits.threads(),
                      limits.spinning())) {
                settings.forEach((name, how) -> lines.add(run(session, streams, begin, name, how)));
              }
              return lines;
            });
    Thread.ofPlatform().name("decoder").stackSize(DecoderSession.STACK_BYTES).start(task);
    return task.get();
  }

  private static Line run(
      DecoderSession session, int streams, int[] text, String name, Setting how) {
    int[][] tokens = new int[streams][];
    Sampler[] samplers = new Sampler[streams];
    float[] row = new float[session.config().vocabulary()];
    Draws draws = new Draws(row.length);
    int[] next = new int[streams];
    int[] past = new int[streams];
    for (int i = 0; i < streams; i++) {
      int from = i * (text.length - PROMPT) / streams;
      tokens[i] = java.util.Arrays.copyOfRange(text, from, from + PROMPT);
      samplers[i] = new Sampler(how.sampling());
      session.read(session.prefill(i, 0, tokens[i], 0, PROMPT), 0, row);
      tokens[i] = java.util.Arrays.copyOf(tokens[i], PROMPT + WARM_UP + STEPS + 1);
      tokens[i][PROMPT] = draws.next(samplers[i], row, tokens[i], PROMPT, how.logprobs()).token();
    }
    long drawing = 0;
    long whole = 0;
    for (int step = 0; step < WARM_UP + STEPS; step++) {
      int size = PROMPT + 1 + step;
      for (int i = 0; i < streams; i++) {
        next[i] = tokens[i][size - 1];
        past[i] = size - 1;
      }
      long start = System.nanoTime();
      MemorySegment logits = session.decode(next, past, streams);
      long decoded = System.nanoTime();
      for (int i = 0; i < streams && size < tokens[i].length; i++) {
        session.read(logits, i, row);
        tokens[i][size] = draws.next(samplers[i], row, tokens[i], size, how.logprobs()).token();
      }
      long end = System.nanoTime();
      if (step >= WARM_UP) {
        drawing += end - decoded;
        whole += end - start;
      }
    }
    return new Line(name, drawing / 1e6 / STEPS, whole / 1e6 / STEPS);
  }
}
