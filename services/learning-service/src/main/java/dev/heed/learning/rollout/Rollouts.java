package dev.heed.learning.rollout;

import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.config.ReleaseConfig;
import dev.heed.learning.metrics.RoundMeters;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.ArtifactKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Takes releases from shadow by canary to all, and back. What is on disk holds; the topic is told
 * after it and, where that failed or the process died between, again.
 */
@ApplicationScoped
public class Rollouts {

  private static final Logger LOG = Logger.getLogger(Rollouts.class);

  private final ReleaseBook book;
  private final ReleaseTopic topic;
  private final ReleaseConfig config;
  private final RoundMeters meters;
  private final Clock clock;
  private final Map<String, Release> untold = new LinkedHashMap<>();

  Rollouts(
      LearningConfig learning,
      ReleaseConfig config,
      ReleaseTopic topic,
      RoundMeters meters,
      Clock clock)
      throws IOException {
    this.book = new ReleaseBook(learning.dataDir());
    this.topic = topic;
    this.config = config;
    this.meters = meters;
    this.clock = clock;
    reconcile();
  }

  /** What of each version the topic must say; a crash may have come between disk and topic. */
  private synchronized void reconcile() throws IOException {
    for (ArtifactKind kind : ArtifactKind.values()) {
      List<Release> live = of(kind, ReleaseState.Live.class);
      for (Release older : live.subList(0, Math.max(0, live.size() - 1))) {
        withdrawn(older, "replaced by " + live.getLast().fullName());
      }
    }
    book.all().forEach(release -> untold.put(release.releaseId(), release));
  }

  private List<Release> of(ArtifactKind kind, Class<? extends ReleaseState> state)
      throws IOException {
    return book.all().stream()
        .filter(r -> r.kind() == kind && state.isInstance(r.state()))
        .sorted(Comparator.comparing(r -> r.state().since()))
        .toList();
  }

  /** All releases, oldest first. */
  public synchronized List<Release> all() throws IOException {
    return book.all();
  }

  /** A release by its id, or by name@version. */
  public synchronized Optional<Release> find(String name) throws IOException {
    return book.all().stream()
        .filter(r -> r.releaseId().equals(name) || r.fullName().equals(name))
        .findFirst();
  }

  /** What serves all people now, of a kind. */
  public synchronized Optional<Release> live(ArtifactKind kind) throws IOException {
    return of(kind, ReleaseState.Live.class).stream().reduce((one, later) -> later);
  }

  /** Canaries that are under way. */
  synchronized List<Release> canaries() throws IOException {
    return book.all().stream().filter(r -> r.state() instanceof ReleaseState.Canary).toList();
  }

  /** Begins a release in the shadow; of a round there is one, however often this is called. */
  public synchronized Release begin(Artifact artifact) throws IOException {
    Optional<Release> begun =
        book.all().stream().filter(r -> r.round() == artifact.round()).findFirst();
    if (begun.isPresent()) {
      return begun.get();
    }
    Instant now = clock.instant();
    ReleaseState shadow = new ReleaseState.Shadow(now.toString());
    Release release = artifact.release(Uuid7.randomString(), shadow);
    return save(release.to(shadow, "round " + artifact.round(), now));
  }

  /**
   * What is about to be released.
   *
   * @param base version of the base model; empty: any
   */
  public record Artifact(
      ArtifactKind kind,
      String name,
      String version,
      int round,
      String dataVersion,
      String uri,
      String sha256,
      Optional<String> base) {

    Release release(String id, ReleaseState state) {
      return new Release(
          id,
          kind,
          name,
          version,
          round,
          dataVersion,
          uri,
          sha256,
          base,
          Optional.empty(),
          state,
          List.of());
    }
  }

  private Release save(Release release) throws IOException {
    book.save(release);
    untold.put(release.releaseId(), release);
    tell();
    return release;
  }

  /** Tells the topic what it was not told yet. */
  private void tell() {
    for (Release release : List.copyOf(untold.values())) {
      try {
        topic.publish(release);
        untold.remove(release.releaseId());
      } catch (KafkaException e) {
        LOG.warnf("the topic of releases was not reached (%s), trying again", e.getClass());
        return;
      }
    }
  }

  /** What time alone decides; also tells the topic what it was not told yet. */
  public synchronized void tick() throws IOException {
    tell();
    Instant now = clock.instant();
    for (Release release : book.all()) {
      switch (release.state()) {
        case ReleaseState.Shadow shadow -> {
          boolean waited = now.isAfter(Instant.parse(shadow.since()).plus(config.shadow()));
          if (waited && of(release.kind(), ReleaseState.Canary.class).isEmpty()) {
            canary(release, shadow, "shadow is over");
          }
        }
        case ReleaseState.Canary canary -> {
          if (now.isAfter(Instant.parse(canary.since()).plus(config.longestCanary()))) {
            withdraw(release.releaseId(), "undecided");
          }
        }
        case ReleaseState.Live _, ReleaseState.Withdrawn _ -> {}
      }
    }
    meters.canaryShare(
        canaries().stream()
            .mapToDouble(r -> ((ReleaseState.Canary) r.state()).share())
            .max()
            .orElse(0));
  }

  private void canary(Release release, ReleaseState.Shadow shadow, String why) throws IOException {
    Instant now = clock.instant();
    save(release.to(shadow.canary(config.share(), now.toString()), why, now));
    meters.released("canary");
  }

  /**
   * One step on, by a person: shadow to canary, canary to all.
   *
   * @throws IllegalStateException when there is no step
   */
  public synchronized Release promote(String id, String why) throws IOException {
    Release release = find(id).orElseThrow();
    Instant now = clock.instant();
    switch (release.state()) {
      case ReleaseState.Shadow shadow -> canary(release, shadow, why);
      case ReleaseState.Canary canary -> {
        Optional<Release> before = live(release.kind());
        save(
            release
                .replacing(before.map(Release::releaseId))
                .to(canary.promote(why, now.toString()), why, now));
        meters.released("live");
        if (before.isPresent()) {
          withdrawn(before.get(), "replaced by " + release.fullName());
        }
      }
      case ReleaseState.Live _, ReleaseState.Withdrawn _ ->
          throw new IllegalStateException("a release that is live or withdrawn goes no further");
    }
    return find(id).orElseThrow();
  }

  /**
   * Takes a release back; what it replaced is live again. Once withdrawn, nothing happens.
   *
   * @param why stable words, no person's
   */
  public synchronized Release withdraw(String id, String why) throws IOException {
    Release release = find(id).orElseThrow();
    if (release.state() instanceof ReleaseState.Withdrawn) {
      return release;
    }
    if (release.state() instanceof ReleaseState.Live && release.replaces().isPresent()) {
      Optional<Release> before = find(release.replaces().get());
      if (before.isPresent() && before.get().state() instanceof ReleaseState.Withdrawn old) {
        Instant now = clock.instant();
        String reason = "restored: " + release.fullName() + " was withdrawn";
        save(before.get().to(old.restore(reason, now.toString()), reason, now));
      }
    }
    Release gone = withdrawn(release, why);
    meters.released("withdrawn");
    return gone;
  }

  private Release withdrawn(Release release, String why) throws IOException {
    Instant now = clock.instant();
    ReleaseState next =
        switch (release.state()) {
          case ReleaseState.Shadow shadow -> shadow.withdraw(why, now.toString());
          case ReleaseState.Canary canary -> canary.withdraw(why, now.toString());
          case ReleaseState.Live live -> live.withdraw(why, now.toString());
          case ReleaseState.Withdrawn old -> old;
        };
    return save(release.to(next, why, now));
  }

  /** What a canary has shown; empty: it was none. */
  public synchronized Optional<CanaryWatch> watch(Release release) throws IOException {
    return book.watch(release);
  }

  synchronized void keep(Release release, CanaryWatch watch) throws IOException {
    book.save(release, watch);
  }
}
