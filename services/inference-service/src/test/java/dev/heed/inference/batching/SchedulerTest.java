package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.TinyDecoder;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.GenaiConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joins, leaves, moves and cancels on a small real decoder whose rows don't touch each other. */
class SchedulerTest {

  private static final Instant FAR = Instant.now().plusSeconds(3600);

  @TempDir Path folder;

  private Scheduler scheduler;

  private Scheduler start(int running, int retained, int waiting, int prefillTokens)
      throws IOException {
    GenaiConfig config = TinyDecoder.write(folder);
    EngineLimits limits =
        new EngineLimits(running, retained, waiting, config.context(), prefillTokens, 1, false);
    DecoderSession session =
        DecoderSession.open(folder, config, limits.slots(), limits.positions(), 1, false);
    scheduler = new Scheduler(session, limits, EngineObserver.NONE, Clock.systemUTC());
    return scheduler;
  }

  @AfterEach
  void stop() {
    if (scheduler != null) {
      scheduler.close();
    }
  }

  /** Collects a sequence's tokens. */
  private static class Collected implements TokenSink {

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

    Finish await() {
      return end.orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  private static Generation request(String id, int[] prompt, int max, String salt, TokenSink sink) {
    return new Generation(id, prompt, max, Sampling.GREEDY, FAR, salt, sink);
  }

  private static int[] prompt(SplittableRandom random, int length) {
    return random.ints(length, 1, 101).toArray();
  }

  private Collected alone(int[] prompt, int max) {
    Collected collected = new Collected();
    String id = "alone";
    assertEquals(Admission.ACCEPTED, scheduler.submit(request(id, prompt, max, id, collected)));
    collected.await();
    Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> scheduler.usedSlots() == 0);
    return collected;
  }

  @Test
  void whatDoesNotFitIsRefusedAtOnce() throws IOException {
    start(1, 0, 1, 16);
    Collected never = new Collected();

    assertEquals(
        Admission.PROMPT_TOO_LONG, scheduler.submit(request("a", new int[250], 7, "", never)));
    assertEquals(
        Admission.PROMPT_TOO_LONG, scheduler.submit(request("a", new int[0], 7, "", never)));
    assertEquals(
        Admission.PROMPT_TOO_LONG,
        scheduler.submit(request("a", new int[1], Integer.MAX_VALUE, "", never)));
    var late =
        new Generation(
            "a", new int[] {1}, 1, Sampling.GREEDY, Instant.now().minusSeconds(1), "", never);
    assertEquals(Admission.DEADLINE, scheduler.submit(late));
  }

  @Test
  void aFullQueueRefusesAndGoesOn() throws Exception {
    start(1, 0, 1, 16);
    CountDownLatch gate = new CountDownLatch(1);
    Collected first = new Collected();
    TokenSink slow =
        new TokenSink() {
          @Override
          public boolean accept(int token) {
            try {
              return gate.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return false;
            }
          }

          @Override
          public void finished(Finish finish, Tally tally) {
            first.finished(finish, tally);
          }
        };
    scheduler.submit(request("busy", new int[] {5}, 4, "", slow));
    Awaitility.await().until(() -> scheduler.waiting() == 0);
    Collected second = new Collected();

    assertEquals(
        Admission.ACCEPTED, scheduler.submit(request("next", new int[] {5}, 4, "", second)));
    assertEquals(
        Admission.OVERLOADED,
        scheduler.submit(request("over", new int[] {5}, 4, "", new Collected())));
    assertEquals(Admission.DUPLICATE.code().isEmpty(), false, "a duplicate has a code of its own");
    gate.countDown();

    first.await();
    second.await();
  }

  @Test
  void theOldestDeadlineGoesFirst() throws IOException {
    start(1, 0, 16, 16);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    List<Collected> all = new ArrayList<>();
    CountDownLatch gate = new CountDownLatch(1);
    scheduler.submit(
        request(
            "gate",
            new int[] {5},
            2,
            "",
            new Collected() {
              @Override
              public boolean accept(int token) {
                try {
                  return gate.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            }));
    Awaitility.await().until(() -> scheduler.waiting() == 0);
    for (int seconds : new int[] {300, 100, 200}) {
      Collected collected =
          new Collected() {
            @Override
            public void finished(Finish finish, Tally counted) {
              order.add("d" + seconds);
              super.finished(finish, counted);
            }
          };
      all.add(collected);
      scheduler.submit(
          new Generation(
              "d" + seconds,
              new int[] {7},
              2,
              Sampling.GREEDY,
              Instant.now().plusSeconds(seconds),
              "",
              collected));
    }
    gate.countDown();

    all.forEach(Collected::await);

    assertEquals(List.of("d100", "d200", "d300"), order);
  }

  /** Any interleaving of joins, leaves and cancels gives each sequence the tokens it gets alone. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void neighboursDoNotChangeASequence(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    start(1 + random.nextInt(6), random.nextInt(4), 1000, 1 + random.nextInt(40));
    List<int[]> prompts = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      prompts.add(prompt(random, 1 + random.nextInt(90)));
      expected.add(List.copyOf(alone(prompts.get(i), 40).tokens));
    }
    List<Collected> all = new ArrayList<>();
    Set<Integer> cancelled = new HashSet<>();

    for (int i = 0; i < prompts.size(); i++) {
      Collected collected = new Collected();
      all.add(collected);
      // Some share a salt, so that caches are found again; some are cancelled at any moment.
      scheduler.submit(request("s" + i, prompts.get(i), 40, "salt" + i % 3, collected));
      if (random.nextInt(4) == 0) {
        int victim = random.nextInt(i + 1);
        cancelled.add(victim);
        scheduler.stop("s" + victim, Finish.CANCELLED);
      }
    }

    for (int i = 0; i < all.size(); i++) {
      Finish finish = all.get(i).await();
      List<Integer> tokens = List.copyOf(all.get(i).tokens);
      if (finish == Finish.CANCELLED) {
        assertTrue(cancelled.contains(i), "cancelled by nobody");
        assertEquals(expected.get(i).subList(0, tokens.size()), tokens, "sequence " + i);
      } else {
        assertEquals(expected.get(i), tokens, "sequence " + i);
      }
    }
    Awaitility.await().until(() -> scheduler.usedSlots() == 0);
  }

  @Test
  void aSecondTurnPrefillsOnlyWhatIsNew() throws IOException {
    start(2, 2, 8, 64);
    SplittableRandom random = new SplittableRandom(9);
    int[] first = prompt(random, 60);
    Collected turn = alone(first, 10);
    int[] second = java.util.Arrays.copyOf(first, 60 + turn.tokens.size() + 5);
    for (int i = 0; i < turn.tokens.size(); i++) {
      second[60 + i] = turn.tokens.get(i);
    }
    for (int i = 60 + turn.tokens.size(); i < second.length; i++) {
      second[i] = 3;
    }
    Collected other = new Collected();
    scheduler.submit(request("other", second, 10, "someone else", other));
    other.await();
    assertEquals(0, other.tally.cachedTokens(), "another's cache was used");

    Collected same = alone(second, 10);

    assertTrue(same.tally.cachedTokens() >= 60, "cached " + same.tally.cachedTokens());
    assertEquals(other.tokens, same.tokens);
  }

  @Test
  void aThousandCancelsLeaveNoSlotUsed() throws IOException {
    start(4, 2, 2000, 8);
    SplittableRandom random = new SplittableRandom(3);
    List<Collected> all = new ArrayList<>();

    for (int i = 0; i < 1000; i++) {
      Collected collected = new Collected();
      all.add(collected);
      int[] prompt = prompt(random, 1 + random.nextInt(60));
      assertEquals(
          Admission.ACCEPTED,
          scheduler.submit(request("c" + i, prompt, 150, "salt" + i % 5, collected)));
      if (i % 7 == 0) {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> scheduler.waiting() < 3);
      }
      scheduler.stop("c" + Math.max(0, i - random.nextInt(3)), Finish.CANCELLED);
      scheduler.stop("c" + i, Finish.CANCELLED);
    }

    all.forEach(Collected::await);
    Awaitility.await().until(() -> scheduler.usedSlots() == 0);
    assertEquals(0, scheduler.waiting());
    assertEquals(0, scheduler.running());
    assertEquals(0.0, scheduler.cacheUsage());
    Collected after = new Collected();
    scheduler.submit(request("after", prompt(random, 20), 5, "", after));
    after.await();
    assertTrue(!after.tokens.isEmpty() || after.end.join() == Finish.STOP);
  }

  @Test
  void drainingFinishesWhatRunsAndHandsOverWhatWaits() throws IOException {
    start(1, 0, 8, 16);
    Collected runs = new Collected();
    Collected waits = new Collected();
    CountDownLatch gate = new CountDownLatch(1);
    TokenSink gated =
        new TokenSink() {
          @Override
          public boolean accept(int token) {
            try {
              gate.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              return false;
            }
            return runs.accept(token);
          }

          @Override
          public void finished(Finish finish, Tally tally) {
            runs.finished(finish, tally);
          }
        };
    scheduler.submit(request("runs", new int[] {5, 6}, 3, "", gated));
    Awaitility.await().until(() -> scheduler.waiting() == 0);
    scheduler.submit(request("waits", new int[] {5, 6}, 3, "", waits));

    Thread drain = Thread.ofVirtual().start(() -> scheduler.drain(Duration.ofSeconds(20)));
    Awaitility.await()
        .until(
            () ->
                scheduler.submit(request("late", new int[] {5}, 1, "", new Collected()))
                    == Admission.STOPPING);
    gate.countDown();

    Finish how = runs.await();
    assertTrue(how == Finish.LENGTH || how == Finish.STOP, "ended by " + how);
    assertEquals(Finish.HANDED_OVER, waits.await());
    Awaitility.await().until(() -> !drain.isAlive());
    assertTrue(!scheduler.alive());
  }
}
