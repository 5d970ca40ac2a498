package dev.heed.learning.rounds;

import dev.heed.learning.config.GatesConfig;
import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.config.RoundsConfig;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.metrics.RoundMeters;
import dev.heed.learning.rollout.Rollouts;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Versions;
import dev.heed.schemas.events.ArtifactKind;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** Holds rounds one after another: by the clock, by new weight, or when an operator asks. */
@Startup
@ApplicationScoped
public class Rounds {

  private static final Logger LOG = Logger.getLogger(Rounds.class);

  private final RoundBook book;
  private final Versions versions;
  private final RoundsConfig config;
  private final RoundRunner runner;
  private final NewWeight newWeight;
  private final RoundMeters meters;
  private final Clock clock;
  private final RoundTopic topic;
  private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.NONE);
  private final Thread thread;
  private volatile boolean stopping;

  Rounds(
      LearningConfig learning,
      RoundsConfig config,
      GatesConfig gates,
      Rollouts rollouts,
      RoundMeters meters,
      RoundTopic topic,
      Clock clock) {
    this.config = config;
    this.meters = meters;
    this.topic = topic;
    this.clock = clock;
    book = new RoundBook(learning.dataDir());
    versions = new Versions(learning.dataDir(), clock);
    newWeight = new NewWeight(learning.dataDir());
    Judge judge = new Judge(book, versions, config, gates, kind -> rollouts.live(served(kind)));
    runner =
        new RoundRunner(
            book,
            versions,
            config,
            judge,
            (round, dataVersion, candidate) ->
                rollouts.begin(artifact(round, dataVersion, candidate)).releaseId(),
            clock,
            this::heard);
    thread = Thread.ofPlatform().name("rounds").start(this::run);
  }

  private void heard(Round round, Progress step) {
    progress.set(step);
    meters.trainer(step.step(), step.of());
    topic.trains(round, step);
  }

  /** A Director's head goes the way of an adapter: what writes is replaced by what writes. */
  static ArtifactKind served(String kind) {
    return kind.equals("reward") ? ArtifactKind.REWARD : ArtifactKind.ADAPTER;
  }

  private Rollouts.Artifact artifact(Round round, String dataVersion, Candidate candidate)
      throws IOException {
    Optional<String> base =
        served(round.kind()) == ArtifactKind.ADAPTER && config.model().isPresent()
            ? Optional.of(BaseModel.version(config.model().get()))
            : Optional.empty();
    return new Rollouts.Artifact(
        served(round.kind()),
        round.kind(),
        Integer.toString(round.number()),
        round.number(),
        dataVersion,
        candidate.artifact().toAbsolutePath().toUri().toString(),
        DatasetReader.sha256(candidate.artifact()),
        base);
  }

  private void run() {
    while (!stopping) {
      try {
        Optional<Round> active = book.active();
        if (active.isPresent()) {
          topic.reached(active.get());
          ended(runner.advance(active.get()));
        } else if (due().isPresent()) {
          begin(due().get());
        } else {
          Thread.sleep(config.tick());
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.errorf(e, "a round's step failed, trying again");
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(config.tick());
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void ended(Round round) {
    if (round.state().resting()) {
      topic.reached(round);
      progress.set(Progress.NONE);
      meters.trainer(0, 0);
      String name = round.steps().getLast().state();
      meters.round(name);
      if (round.state() instanceof RoundState.Kept kept) {
        kept.failedGates().forEach(meters::gateFailed);
      }
      LOG.infof("round %d is %s", round.number(), name);
    }
  }

  /** Why a round should begin now; empty: it should not. */
  private Optional<String> due() throws IOException {
    double weight = newWeight.since(versions.latest());
    meters.newWeight(weight);
    if (config.newWeight() > 0 && weight >= config.newWeight()) {
      return Optional.of("weight");
    }
    List<Round> all = book.all();
    boolean rested =
        config
            .every()
            .map(every -> all.isEmpty() || since(all.getLast()).compareTo(every) >= 0)
            .orElse(false);
    return rested ? Optional.of("schedule") : Optional.empty();
  }

  private Duration since(Round last) {
    return Duration.between(Instant.parse(last.startedAt()), clock.instant());
  }

  /**
   * Begins a round.
   *
   * @throws IllegalStateException when one is under way
   */
  public synchronized Round begin(String why) throws IOException {
    return begin(why, config.kind());
  }

  /** The same, of another kind of training than is configured. */
  public synchronized Round begin(String why, String kind) throws IOException {
    if (book.active().isPresent()) {
      throw new IllegalStateException("a round is under way");
    }
    List<Round> all = book.all();
    int number = all.isEmpty() ? 1 : all.getLast().number() + 1;
    Round round = Round.open(number, kind, why, clock.instant());
    book.save(round);
    return round;
  }

  /**
   * A person's decision on a round that is held.
   *
   * @throws IllegalStateException when it is not held
   */
  public synchronized Round decide(int number, boolean accept) throws IOException {
    Round round = book.find(number).orElseThrow();
    if (!(round.state() instanceof RoundState.Held held)) {
      throw new IllegalStateException("the round is not held");
    }
    Round next = round.to(accept ? held.accept() : held.reject(), clock.instant());
    book.save(next);
    topic.reached(next);
    return next;
  }

  /** All rounds, oldest first. */
  public List<Round> all() throws IOException {
    return book.all();
  }

  /** Rounds on disk. */
  public RoundBook book() {
    return book;
  }

  /** Data versions on disk. */
  public Versions versions() {
    return versions;
  }

  /** The newest data version; empty: none yet. */
  public Optional<DataVersion> latest() throws IOException {
    return versions.latest();
  }

  /** How far the trainer is. */
  public Progress progress() {
    return progress.get();
  }

  /** What a round's release is; empty: none. */
  public static Optional<String> releaseOf(Round round) {
    return round.state() instanceof RoundState.Released released
        ? Optional.of(released.releaseId())
        : Optional.empty();
  }

  /** The data version that a round learns from; empty: none yet. */
  public static Optional<String> dataOf(Round round) {
    return switch (round.state()) {
      case RoundState.Open _, RoundState.Failed _ -> Optional.empty();
      case RoundState.Frozen s -> Optional.of(s.dataVersion());
      case RoundState.Training s -> Optional.of(s.dataVersion());
      case RoundState.Trained s -> Optional.of(s.dataVersion());
      case RoundState.Passed s -> Optional.of(s.dataVersion());
      case RoundState.Held s -> Optional.of(s.dataVersion());
      case RoundState.Kept s -> Optional.of(s.dataVersion());
      case RoundState.Released s -> Optional.of(s.dataVersion());
    };
  }

  @PreDestroy
  void stop() throws InterruptedException {
    stopping = true;
    thread.interrupt();
    thread.join(Duration.ofSeconds(8));
  }
}
