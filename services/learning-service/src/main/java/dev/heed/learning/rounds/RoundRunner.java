package dev.heed.learning.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.config.RoundsConfig;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Takes a round from state to state. Each step is written down before the next begins and may be
 * repeated, so a process that is killed at any moment goes on from the last one.
 */
final class RoundRunner {

  /**
   * Hands a candidate that passed over to the release; the same round again is the same release.
   */
  interface Releasing {
    String release(Round round, String dataVersion, Candidate candidate) throws IOException;
  }

  /** Judges a candidate by the gates and leaves {@code report.json}. */
  interface Judging {
    BoundedChild.End judge(Round round, String dataVersion) throws IOException;
  }

  private final RoundBook book;
  private final Versions versions;
  private final RoundsConfig config;
  private final Trainer trainer;
  private final Judging judging;
  private final Releasing releasing;
  private final Clock clock;
  private final BiConsumer<Round, Progress> progress;

  RoundRunner(
      RoundBook book,
      Versions versions,
      RoundsConfig config,
      Judging judging,
      Releasing releasing,
      Clock clock,
      BiConsumer<Round, Progress> progress) {
    this.book = book;
    this.versions = versions;
    this.config = config;
    this.trainer = new Trainer(book, versions, config);
    this.judging = judging;
    this.releasing = releasing;
    this.clock = clock;
    this.progress = progress;
  }

  /** One step of a round that does not rest; blocks while a trainer or the gates work. */
  Round advance(Round round) throws IOException {
    return switch (round.state()) {
      case RoundState.Open open -> freeze(round, open);
      case RoundState.Frozen frozen -> train(round, frozen);
      case RoundState.Training training -> resume(round, training);
      case RoundState.Trained trained -> judge(round, trained);
      case RoundState.Passed passed -> release(round, passed);
      case RoundState.Held _, RoundState.Kept _, RoundState.Released _, RoundState.Failed _ ->
          round;
    };
  }

  private Round save(Round round, RoundState next) throws IOException {
    Round moved = round.to(next, clock.instant());
    book.save(moved);
    return moved;
  }

  private Round freeze(Round round, RoundState.Open open) throws IOException {
    DataVersion version = versions.freeze();
    double mass = version.mass().values().stream().mapToDouble(Double::doubleValue).sum();
    if (mass < config.leastWeight()) {
      return save(round, new RoundState.Failed("too-little-weight"));
    }
    return save(round, open.freeze(version.version()));
  }

  private Round train(Round round, RoundState.Frozen frozen) throws IOException {
    Optional<String> trouble = GgufSource.trouble(round.kind(), config);
    if (trouble.isPresent()) {
      return save(round, new RoundState.Failed(trouble.get()));
    }
    Trainer.Running running = trainer.start(round, frozen.dataVersion(), false, told(round));
    var state = frozen.train(running.child().pid(), running.child().startedAt());
    return await(save(round, state), state, running);
  }

  /** After a restart of the service, or of the trainer. */
  private Round resume(Round round, RoundState.Training training) throws IOException {
    BoundedChild.endOrphan(training.pid(), training.startedAt());
    if (Files.exists(book.candidate(round.number()))) {
      return accept(round, training);
    }
    if (training.attempt() >= config.attempts()) {
      return save(round, new RoundState.Failed("trainer-died"));
    }
    Trainer.Running running = trainer.start(round, training.dataVersion(), true, told(round));
    var state = training.again(running.child().pid(), running.child().startedAt());
    return await(save(round, state), state, running);
  }

  private Consumer<Progress> told(Round round) {
    return step -> progress.accept(round, step);
  }

  private Round await(Round round, RoundState.Training training, Trainer.Running running)
      throws IOException {
    BoundedChild.End end = running.child().await();
    return switch (end) {
      case DONE -> accept(round, training);
      case TOO_LONG, TOO_LARGE -> save(round, new RoundState.Failed("trainer-" + end.code()));
      case STOPPED -> round; // the next life goes on
      case FAILED ->
          running.failure().get().equals("trainer-died")
              ? round // killed: the next step resumes it
              : save(round, new RoundState.Failed(running.failure().get()));
    };
  }

  private Round accept(Round round, RoundState.Training training) throws IOException {
    Path folder = book.candidate(round.number());
    try {
      Candidate candidate = Candidate.open(folder);
      if (!candidate.kind().equals(round.kind()) || !Files.exists(candidate.artifact())) {
        return save(round, new RoundState.Failed("candidate-of-another-kind"));
      }
    } catch (IOException e) {
      return save(round, new RoundState.Failed("candidate-damaged"));
    }
    String hash = DatasetReader.sha256(folder.resolve("manifest.json"));
    return save(round, training.done(hash));
  }

  private Round judge(Round round, RoundState.Trained trained) throws IOException {
    if (book.report(round.number()).isEmpty()) {
      BoundedChild.End end = judging.judge(round, trained.dataVersion());
      if (end == BoundedChild.End.STOPPED) {
        return round;
      }
      if (end != BoundedChild.End.DONE || book.report(round.number()).isEmpty()) {
        return save(round, trained.keep(List.of("gates-" + end.code())));
      }
    }
    JsonNode report = book.report(round.number()).orElseThrow();
    List<String> failed = new ArrayList<>();
    for (JsonNode gate : report.path("gates")) {
      if (!gate.path("passed").asBoolean()) {
        failed.add(gate.path("name").asText());
      }
    }
    List<String> suspicions = new ArrayList<>();
    report.path("suspicions").forEach(s -> suspicions.add(s.path("name").asText()));
    if (!failed.isEmpty() || report.path("gates").isEmpty()) {
      return save(round, trained.keep(failed));
    }
    return save(round, suspicions.isEmpty() ? trained.pass() : trained.hold(suspicions));
  }

  private Round release(Round round, RoundState.Passed passed) throws IOException {
    Candidate candidate;
    try {
      candidate = Candidate.open(book.candidate(round.number()));
    } catch (IOException e) {
      return save(round, new RoundState.Failed("candidate-damaged"));
    }
    String id = releasing.release(round, passed.dataVersion(), candidate);
    return save(round, passed.release(id));
  }
}
