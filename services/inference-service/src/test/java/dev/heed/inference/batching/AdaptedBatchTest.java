package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.AdapterBytes;
import dev.heed.inference.TinyDecoder;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.GenaiConfig;
import dev.heed.inference.runtime.LoadedAdapter;
import dev.heed.inference.runtime.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences of several adapters and of the base in one batch, on a small real decoder. */
class AdaptedBatchTest {

  private static final Instant FAR = Instant.now().plusSeconds(3600);

  @TempDir Path folder;

  private Scheduler scheduler;
  private int number;

  @AfterEach
  void stop() {
    if (scheduler != null) {
      scheduler.close();
    }
  }

  private void start(int running, int retained, int prefillTokens, boolean adaptable)
      throws IOException {
    GenaiConfig config = adaptable ? TinyDecoder.writeAdaptable(folder) : TinyDecoder.write(folder);
    EngineLimits limits =
        new EngineLimits(running, retained, 1000, config.context(), prefillTokens, 1, false);
    DecoderSession session =
        DecoderSession.open(folder, config, limits.slots(), limits.positions(), 1, false);
    scheduler = new Scheduler(session, limits, EngineObserver.NONE, Clock.systemUTC());
  }

  private static final class Collected implements TokenSink {

    final List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());
    final CompletableFuture<Finish> end = new CompletableFuture<>();
    volatile Tally tally;

    @Override
    public boolean accept(int token) {
      tokens.add(token);
      return true;
    }

    @Override
    public void finished(Finish finish, Tally counted) {
      tally = counted;
      end.complete(finish);
    }

    List<Integer> await() {
      end.orTimeout(60, TimeUnit.SECONDS).join();
      return List.copyOf(tokens);
    }
  }

  private Collected submit(int[] prompt, int max, String salt, Optional<LoadedAdapter> adapter) {
    return submit(prompt, max, salt, adapter, 0);
  }

  private Collected submit(
      int[] prompt, int max, String salt, Optional<LoadedAdapter> adapter, int shared) {
    Collected collected = new Collected();
    assertTrue(adapter.isEmpty() || adapter.get().hold());
    Admission admission =
        scheduler.submit(
            new Generation(
                "r" + number++,
                prompt,
                max,
                Sampling.GREEDY,
                FAR,
                salt,
                collected,
                shared,
                adapter,
                OptionalInt.empty()));
    assertEquals(Admission.ACCEPTED, admission);
    return collected;
  }

  private static int[] prompt(SplittableRandom random, int length) {
    return random.ints(length, 1, 101).toArray();
  }

  @Test
  void withoutAnAdapterTheTokensAreTheBasesOwn() throws IOException {
    int[] prompt = prompt(new SplittableRandom(1), 30);
    start(2, 0, 64, false);
    List<Integer> plain = submit(prompt, 60, "", Optional.empty()).await();
    scheduler.close();
    start(2, 0, 64, true);
    LoadedAdapter adapter = scheduler.load("a@1", TinyDecoder.adapter(7));

    Collected other = submit(prompt, 60, "", Optional.of(adapter));
    Collected base = submit(prompt, 60, "", Optional.empty());

    assertEquals(plain, base.await());
    assertNotEquals(plain, other.await());
  }

  /** Any interleaving of joins, leaves and cancels, of three kinds of weights. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void eachGetsTheTokensThatItGetsAlone(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    start(2 + random.nextInt(6), random.nextInt(4), 1 + random.nextInt(40), true);
    List<Optional<LoadedAdapter>> weights =
        List.of(
            Optional.empty(),
            Optional.of(scheduler.load("a@1", TinyDecoder.adapter(7))),
            Optional.of(scheduler.load("b@1", TinyDecoder.adapter(8))));
    List<int[]> prompts = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      // Some prompts come again with other weights: their caches must not be mixed up.
      prompts.add(i % 3 == 0 ? prompt(random, 1 + random.nextInt(90)) : prompts.get(i - 1));
      expected.add(submit(prompts.get(i), 40, "alone" + i, weights.get(i % 3)).await());
      Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> scheduler.usedSlots() == 0);
    }
    List<Collected> all = new ArrayList<>();

    for (int i = 0; i < prompts.size(); i++) {
      all.add(submit(prompts.get(i), 40, "salt", weights.get(i % 3)));
      if (random.nextInt(5) == 0) {
        scheduler.stop("r" + (number - 1 - random.nextInt(i + 1)), Finish.CANCELLED);
      }
    }

    for (int i = 0; i < all.size(); i++) {
      List<Integer> tokens = all.get(i).await();
      boolean cancelled = all.get(i).end.join() == Finish.CANCELLED;
      List<Integer> alone = expected.get(i);
      assertEquals(cancelled ? alone.subList(0, tokens.size()) : alone, tokens, "sequence " + i);
    }
    assertNotEquals(expected.get(0), expected.get(1));
    assertNotEquals(expected.get(1), expected.get(2));
  }

  @Test
  void onlyWhatAllShareIsFoundUnderAnothersSalt() throws IOException {
    start(2, 2, 64, true);
    int[] first = prompt(new SplittableRandom(5), 60);
    List<Integer> alone = submit(first, 10, "x", Optional.empty()).await();

    Collected other = submit(first, 10, "y", Optional.empty(), 20);
    Collected own = submit(first, 10, "x", Optional.empty(), 20);
    Collected adapted =
        submit(first, 10, "z", Optional.of(scheduler.load("a", TinyDecoder.adapter(7))), 20);

    assertEquals(alone, other.await());
    assertEquals(alone, own.await());
    adapted.await();
    assertEquals(20, other.tally.cachedTokens());
    assertEquals(59, own.tally.cachedTokens());
    assertEquals(0, adapted.tally.cachedTokens(), "another's weights made that cache");
  }

  /** Several candidates of one prompt: the prompt is computed once. */
  @Test
  void samePromptsAtOnceShareOnePrefill() throws IOException {
    start(4, 4, 64, true);
    int[] prompt = prompt(new SplittableRandom(6), 60);
    List<Collected> candidates = new ArrayList<>();

    for (int i = 0; i < 4; i++) {
      candidates.add(submit(prompt, 30, "x", Optional.empty()));
    }

    List<Integer> tokens = candidates.getFirst().await();
    candidates.forEach(candidate -> assertEquals(tokens, candidate.await()));
    long computed = candidates.stream().mapToLong(c -> 60 - c.tally.cachedTokens()).sum();
    assertEquals(60 + 3, computed);
  }

  @Test
  void aRetiredAdapterEndsWhatItBegan() throws IOException {
    start(1, 2, 64, true);
    LoadedAdapter adapter = scheduler.load("a@1", TinyDecoder.adapter(7));
    int[] prompt = prompt(new SplittableRandom(3), 20);
    List<Integer> before = submit(prompt, 100, "x", Optional.of(adapter)).await();

    Collected under = submit(prompt, 100, "y", Optional.of(adapter));
    Collected waits = submit(prompt, 100, "z", Optional.of(adapter));
    scheduler.retire(adapter);

    assertEquals(before, under.await());
    assertEquals(before, waits.await());
    Awaitility.await().until(() -> !adapter.hold());
    submit(prompt, 5, "after", Optional.empty()).await();
    assertFalse(adapter.hold());
  }

  @Test
  void whatDoesNotFitIsRefusedAndServiceGoesOn() throws IOException {
    start(1, 0, 64, true);
    AdapterFile narrow =
        AdapterFile.parse(
            new AdapterBytes()
                .matrix(TinyDecoder.ADAPTED + ".lora_A.weight", 3, 1, new float[3])
                .matrix(TinyDecoder.ADAPTED + ".lora_B.weight", 1, 3, new float[3])
                .build());
    AdapterFile foreign =
        AdapterFile.parse(new AdapterBytes().matrix("unknown", 1, 1, new float[1]).build());
    float[] wild = new float[64];
    java.util.Arrays.fill(wild, Float.NaN);
    AdapterFile broken =
        AdapterFile.parse(
            new AdapterBytes()
                .matrix(TinyDecoder.ADAPTED + ".lora_A.weight", 64, 1, wild)
                .matrix(TinyDecoder.ADAPTED + ".lora_B.weight", 1, 64, wild)
                .build());

    assertThrows(ModelException.class, () -> scheduler.load("narrow", narrow));
    assertThrows(ModelException.class, () -> scheduler.load("foreign", foreign));
    assertThrows(ModelException.class, () -> scheduler.load("broken", broken));

    assertFalse(submit(new int[] {5}, 3, "", Optional.empty()).await().isEmpty());
  }

  @Test
  void aFolderWithoutAGraphForAdaptersSaysSo() throws IOException {
    start(1, 0, 64, false);

    ModelException refusal =
        assertThrows(ModelException.class, () -> scheduler.load("a", TinyDecoder.adapter(7)));

    assertTrue(refusal.getMessage().contains("model.lora.onnx"), refusal.getMessage());
  }
}
