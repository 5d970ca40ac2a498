package dev.heed.learning.rounds;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.versions.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainers and real gates in real processes, which are really killed. */
class RoundsTest {

  private static final Duration LONG = Duration.ofSeconds(120);
  private static final int TALKS = 600;

  @TempDir Path data;

  @BeforeEach
  void fill() throws IOException {
    try (Samples log = new Samples(data)) {
      log.talk(TALKS);
      log.commit();
    }
    new RoundBook(data).save(Round.open(1, "reward", "test", Instant.now()));
  }

  private static void assertWhole(RoundBook book) throws IOException {
    assertEquals("reward", Candidate.open(book.candidate(1)).kind());
    assertTrue(Files.notExists(book.candidate(1).resolveSibling("candidate.tmp")));
  }

  @Test
  void aTrainerThatIsKilledIsResumedAndTheRoundEnds() throws IOException {
    // Given: a trainer that is killed at its first words, twice
    AtomicInteger kills = new AtomicInteger();
    RoundBook book = new RoundBook(data);
    Program program =
        new Program(
            data,
            () -> {
              Optional<Long> pid = trainer(book);
              if (pid.isPresent() && kills.get() < 2) {
                kills.incrementAndGet();
                ProcessHandle.of(pid.get()).ifPresent(ProcessHandle::destroyForcibly);
              }
            });
    // When
    Round round = program.run();
    // Then
    RoundState.Kept kept =
        assertInstanceOf(RoundState.Kept.class, round.state(), () -> trainerSaid(book));
    assertTrue(kills.get() >= 1);
    assertEquals(
        List.of("safety"), kept.failedGates(), "nothing probes it here, so it is not released");
    assertTrue(round.steps().stream().filter(s -> s.state().equals("training")).count() > 1);
    assertWhole(book);
    JsonNode report = book.report(1).orElseThrow();
    assertTrue(report.path("measured").path("auc").asDouble() > .9, report::toString);
  }

  private static Optional<Long> trainer(RoundBook book) {
    try {
      return book.find(1).orElseThrow().state() instanceof RoundState.Training training
          ? Optional.of(training.pid())
          : Optional.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServiceThatIsKilledAtAnyMomentGoesOnWhereItWas() throws IOException, InterruptedException {
    RoundBook book = new RoundBook(data);
    int kills = 0;
    for (long millis = 300; book.active().isPresent(); millis = millis * 3 / 2) {
      Process service = start();
      if (!service.waitFor(millis, TimeUnit.MILLISECONDS)) {
        service.destroyForcibly().waitFor();
        kills++;
      } else {
        assertEquals(0, service.exitValue(), () -> said(data.resolve("program.log")));
      }
      book.all(); // whatever is on disk can be read
      if (Files.exists(book.candidate(1))) {
        Candidate.open(book.candidate(1));
      }
    }
    assertTrue(kills >= 4, kills + " kills");
    assertInstanceOf(
        RoundState.Kept.class, book.find(1).orElseThrow().state(), () -> trainerSaid(book));
    assertWhole(book);
    await().atMost(LONG).until(() -> trainersOf(data) == 0);
  }

  private static String trainerSaid(RoundBook book) {
    try {
      return book.find(1) + said(book.path(1).resolve("trainer.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long trainersOf(Path data) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains("--out=" + data))
        .count();
  }

  private Process start() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            data.toString());
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(data.resolve("program.log").toFile())
        .start();
  }

  @Test
  void aTrainerOverItsMemoryIsEndedAndTheRoundSaysSo() throws IOException {
    Path log = data.resolve("child.log");
    var bounds = new BoundedChild.Bounds(Duration.ofMinutes(1), 8 << 20);
    List<String> command = OwnTools.command(64, List.of("learn", "--help"));
    assertEquals(
        BoundedChild.End.TOO_LARGE, BoundedChild.start(command, log, bounds, line -> {}).await());
  }

  @Test
  void tooLittleWeightTrainsNothing() throws IOException {
    Path little = data.resolve("little");
    try (Samples log = new Samples(little)) {
      log.talk(3);
      log.commit();
    }
    new RoundBook(little).save(Round.open(1, "reward", "test", Instant.now()));
    Round round = new Program(little, () -> {}).run();
    assertEquals(new RoundState.Failed("too-little-weight"), round.state());
  }
}
