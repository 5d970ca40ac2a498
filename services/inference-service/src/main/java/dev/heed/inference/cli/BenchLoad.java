package dev.heed.inference.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Generation;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.batching.TokenSink;
import dev.heed.inference.importing.Calibration;
import dev.heed.inference.runtime.LoadedAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** Synthetic sequences for measurements, through the real scheduler. */
final class BenchLoad {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final int PLAIN_TOKENS_FROM = 100;

  private BenchLoad() {}

  /** The text that a measurement runs on: a UTF-8 file, or the one that imports measure with. */
  static String text(Optional<Path> file) throws IOException {
    return file.isPresent() ? Files.readString(file.get()) : Calibration.text();
  }

  /** When a sequence's tokens came, in nanoseconds. */
  static final class Times implements TokenSink {

    final List<Long> at = new ArrayList<>();
    private final CountDownLatch end;
    private volatile Finish finish;

    private Times(CountDownLatch end) {
      this.end = end;
    }

    @Override
    public boolean accept(int token) {
      at.add(System.nanoTime());
      return true;
    }

    @Override
    public void finished(Finish how, Tally tally) {
      finish = how;
      end.countDown();
    }
  }

  /**
   * Runs sequences of random tokens to their end. End tokens of the model end one early, as in
   * service; the times say how many came.
   */
  static List<Times> run(
      Scheduler scheduler, int vocabulary, int streams, int promptTokens, int tokens, long seed)
      throws InterruptedException {
    return run(scheduler, Optional.empty(), vocabulary, streams, promptTokens, tokens, seed);
  }

  /** The same by an adapter. */
  static List<Times> run(
      Scheduler scheduler,
      Optional<LoadedAdapter> adapter,
      int vocabulary,
      int streams,
      int promptTokens,
      int tokens,
      long seed)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    CountDownLatch end = new CountDownLatch(streams);
    List<Times> all = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      int[] prompt =
          random
              .ints(promptTokens, Math.min(PLAIN_TOKENS_FROM, vocabulary - 1), vocabulary)
              .toArray();
      Times times = new Times(end);
      all.add(times);
      String id = "bench-" + seed + "-" + i;
      Instant deadline = Instant.now().plus(PATIENCE);
      adapter.ifPresent(LoadedAdapter::hold);
      var request =
          new Generation(
              id,
              prompt,
              tokens,
              Sampling.GREEDY,
              deadline,
              id,
              times,
              0,
              adapter,
              OptionalInt.empty());
      Admission admission = scheduler.submit(request);
      if (admission != Admission.ACCEPTED) {
        throw new IllegalArgumentException("the scheduler refuses: " + admission.code());
      }
    }
    end.await();
    if (all.stream().anyMatch(times -> times.finish == Finish.ERROR)) {
      throw new IllegalStateException("a sequence failed");
    }
    return all;
  }

  /** Prints one JSON object. */
  static void print(Map<String, Object> line) throws JsonProcessingException {
    System.out.println(JSON.writeValueAsString(line));
  }

  static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
