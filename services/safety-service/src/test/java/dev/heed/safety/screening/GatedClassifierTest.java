package dev.heed.safety.screening;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue before the classifier, when it is full, slow or interrupted. */
class GatedClassifierTest {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch open = new CountDownLatch(1);
  private final List<String> rated = new CopyOnWriteArrayList<>();

  private final Classifier slow =
      new Classifier() {
        @Override
        public Rating rate(Subject subject) {
          if (subject.text().equals("crash")) {
            throw new IllegalStateException("crash");
          }
          rated.add(subject.text());
          try {
            open.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Rating.NOTHING;
        }

        @Override
        public String version() {
          return "slow";
        }

        @Override
        public boolean isReady() {
          return true;
        }
      };

  @AfterEach
  void close() {
    open.countDown();
    threads.close();
  }

  private static Subject later(String text) {
    return new Subject(List.of(), text, Role.BOT, false);
  }

  private Future<Rating> occupy(GatedClassifier gate) {
    Future<Rating> first = threads.submit(() -> gate.rate(later("first")));
    await().until(() -> rated.contains("first"));
    return first;
  }

  private static void overloaded(GatedClassifier gate, Subject subject) {
    var failure = assertThrows(RatingException.class, () -> gate.rate(subject));
    assertEquals(RatingException.Cause.OVERLOADED, failure.reason());
  }

  @Test
  void aFullQueueRefusesAtOnce() {
    var gate = new GatedClassifier(slow, 1, 1, Duration.ofMinutes(1), ScreeningMeter.NONE);
    occupy(gate);
    threads.submit(() -> gate.rate(later("second")));
    await().until(() -> gate.waiting() == 1);

    overloaded(gate, new Subject(List.of(), "third", Role.USER));

    assertEquals(1, gate.waiting());
  }

  @Test
  void aWaitThatIsTooLongEndsAndLeavesNoPlaceTaken() throws Exception {
    var gate = new GatedClassifier(slow, 1, 8, Duration.ofMillis(30), ScreeningMeter.NONE);
    Future<Rating> first = occupy(gate);

    overloaded(gate, later("second"));

    assertEquals(0, gate.waiting());
    open.countDown();
    first.get();
    assertEquals(Rating.NOTHING, gate.rate(later("third")));
  }

  @Test
  void anInterruptedWaiterAndACrashGiveTheirPlaceBack() throws Exception {
    var gate = new GatedClassifier(slow, 1, 8, Duration.ofMinutes(1), ScreeningMeter.NONE);
    Future<Rating> first = occupy(gate);
    Future<Rating> second = threads.submit(() -> gate.rate(later("second")));
    await().until(() -> gate.waiting() == 1);

    second.cancel(true);

    await().until(() -> gate.waiting() == 0);
    open.countDown();
    first.get();
    for (int i = 0; i < 3; i++) {
      assertThrows(IllegalStateException.class, () -> gate.rate(later("crash")));
    }
    assertEquals(Rating.NOTHING, gate.rate(later("after")));
  }

  @Test
  void promptsAndFirstChunksGoBeforeLaterChunks() throws Exception {
    var gate = new GatedClassifier(slow, 1, 8, Duration.ofMinutes(1), ScreeningMeter.NONE);
    occupy(gate);
    Future<Rating> chunk = threads.submit(() -> gate.rate(later("later chunk")));
    await().until(() -> gate.waiting() == 1);
    Subject prompt = new Subject(List.of(), "prompt", Role.USER);
    Future<Rating> urgent = threads.submit(() -> gate.rate(prompt));
    await().until(() -> gate.waiting() == 2);

    open.countDown();
    chunk.get();
    urgent.get();

    // The head start is a quarter of a second: a machine that slept in between proves nothing else.
    assertTrue(rated.containsAll(List.of("first", "prompt", "later chunk")));
    assertEquals(List.of("first", "prompt", "later chunk"), rated);
  }
}
