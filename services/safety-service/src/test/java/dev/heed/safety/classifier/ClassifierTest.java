package dev.heed.safety.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The classifier on a real (random) network: what fails, fails closed. */
class ClassifierTest {

  private static final Path STANDIN = Path.of("src/test/resources/standin-classifier");
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    for (String name : List.of("model.onnx", "tokenizer.json", "classifier.json")) {
      Files.copy(STANDIN.resolve(name), folder.resolve(name));
    }
  }

  private static Subject subject(String text) {
    return new Subject(List.of("hello"), text, Role.USER);
  }

  private RatingException.Cause failure() {
    try (Classifier classifier = Classifiers.open(folder, 1, DEADLINE)) {
      assertFalse(classifier.isReady());
      return assertThrows(RatingException.class, () -> classifier.rate(subject("good day")))
          .reason();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "tokenizer.json", "classifier.json"})
  void aMissingFileLetsNothingPass(String name) throws IOException {
    Files.delete(folder.resolve(name));

    assertEquals(RatingException.Cause.MISSING, failure());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "tokenizer.json"})
  void oneChangedByteLetsNothingPass(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve(name), bytes);

    assertEquals(RatingException.Cause.CHECKSUM, failure());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\": 1|\"format\": 7",
        "\"name\": \"hate\"|\"name\": \"fun\"",
        "\"output\": 2|\"output\": 9",
        "\"a\": 1.1|\"a\": -1",
        "\"max_length\": 64|\"max_length\": 20",
        "\"overlap\": 8|\"overlap\": 0",
        "\"user\",|\"nobody\",",
        "\"heads\"|\"hats\"",
        "{|[",
      })
  void aDamagedDescriptionLetsNothingPass(String right, String wrong) throws IOException {
    Path file = folder.resolve("classifier.json");
    String good = Files.readString(file);
    int at = good.indexOf(right);
    assertTrue(at >= 0);
    Files.writeString(file, good.substring(0, at) + wrong + good.substring(at + right.length()));

    assertEquals(RatingException.Cause.ERROR, failure());
  }

  @Test
  void aScoreThatIsNoNumberIsNoRating() {
    try (Classifier classifier = Classifiers.open(folder, 1, DEADLINE)) {
      RatingException failure =
          assertThrows(RatingException.class, () -> classifier.rate(subject("a broken day")));

      assertEquals(RatingException.Cause.NOT_A_NUMBER, failure.reason());
      assertTrue(classifier.rate(subject("a good day")).scores().containsKey("hate"));
    }
  }

  @Test
  void aStalledRaterAnswersByItsDeadlineAndAFullQueueAtOnce() {
    CountDownLatch never = new CountDownLatch(1);
    try (var classifier =
        new DeadlineClassifier(
            text -> {
              awaitUninterruptibly(never);
              return Rating.NOTHING;
            },
            "stalled",
            1,
            Duration.ofMillis(50))) {
      long start = System.nanoTime();

      for (int i = 0; i < 3; i++) {
        var failure =
            assertThrows(RatingException.class, () -> classifier.rate(subject("good day")));
        assertEquals(RatingException.Cause.DEADLINE, failure.reason());
      }

      assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 5_000);
    } finally {
      never.countDown();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // A native call does not react to interrupts either.
      }
    }
  }

  @Test
  void aLongTextIsReadToItsEndAndAnEndlessOneIsNotRated() {
    try (Classifier classifier = Classifiers.open(folder, 1, DEADLINE)) {
      String harmless = "the river ".repeat(100);
      assertTrue(classifier.rate(subject(harmless)).unsafe() > 0);

      var last =
          assertThrows(RatingException.class, () -> classifier.rate(subject(harmless + " broken")));
      assertEquals(RatingException.Cause.NOT_A_NUMBER, last.reason());
      var tooLong =
          assertThrows(
              RatingException.class, () -> classifier.rate(subject("river ".repeat(40_000))));
      assertEquals(RatingException.Cause.TOO_LONG, tooLong.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\u200b", "\ud800", "\udc00\ud800", "\u0000", "\uffff"})
  void oddTextsAreRated(String text) {
    try (Classifier classifier = Classifiers.open(folder, 1, DEADLINE)) {
      Rating rating = classifier.rate(subject(text));

      assertTrue(rating.unsafe() >= 0 && rating.unsafe() <= 1);
    }
  }

  @Test
  void javaAndPythonAgree() throws IOException {
    assertTrue(Parity.worst(STANDIN, Files.readAllLines(STANDIN.resolve("parity.jsonl"))) < 1e-5);
  }
}
