package dev.heed.safety.flow;

import dev.heed.safety.policy.Decision;
import dev.heed.safety.policy.Policy;
import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicySet;
import dev.heed.safety.policy.PolicyWatcher;
import dev.heed.safety.screening.Judgement;
import dev.heed.safety.screening.Role;
import dev.heed.schemas.events.VerdictSource;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The policy in force for each turn: the released one, else the file's last good version, stricter
 * and slower for a while after a poor record; and a shadow policy that decides on the same scores
 * and is only counted.
 */
@Singleton
class Policies {

  private static final Logger LOG = Logger.getLogger(Policies.class);

  private final SafetyConfig config;
  private final SafetyMetrics metrics;
  private final Conduct conduct;
  private final PolicyReleases releases;
  private final PolicySet builtIn = PolicyFile.standard();
  private final Optional<PolicyWatcher> file;
  private final Optional<PolicyWatcher> shadow;
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("policy-watch").factory());

  Policies(SafetyConfig config, SafetyMetrics metrics, PolicyReleases releases) {
    this.releases = releases;
    this.config = config;
    this.metrics = metrics;
    this.conduct =
        new Conduct(
            InstantSource.system(),
            config.cautionHalfLife(),
            config.cautionRate(),
            config.trackedReplies());
    this.file = config.policy().map(path -> watch(path, "policy"));
    this.shadow = config.shadowPolicy().map(path -> watch(path, "shadow policy"));
    LOG.infof("Policy %s, unless another is released", ownFile().standard().version());
    long every = config.policyPoll().toMillis();
    poller.scheduleWithFixedDelay(this::poll, every, every, TimeUnit.MILLISECONDS);
  }

  private PolicyWatcher watch(Path path, String name) {
    return new PolicyWatcher(
        path,
        problem -> {
          metrics.policyReload("rejected");
          // The message holds a line and what belongs there, nothing of the file's own text.
          LOG.errorf("The %s stays as it was: %s", name, problem.getMessage());
        });
  }

  private void poll() {
    try {
      file.filter(PolicyWatcher::poll).ifPresent(w -> reloaded("Policy", w));
      shadow.filter(PolicyWatcher::poll).ifPresent(w -> reloaded("Shadow policy", w));
    } catch (RuntimeException e) {
      // A throw would end the schedule, and with it all later reloads.
      LOG.errorf("Cannot look at the policy file: %s", e.getClass().getSimpleName());
    }
  }

  private void reloaded(String name, PolicyWatcher watcher) {
    metrics.policyReload("accepted");
    LOG.infof("%s %s", name, watcher.current().standard().version());
  }

  private PolicySet current() {
    return releases.current().orElseGet(this::ownFile);
  }

  private PolicySet ownFile() {
    return file.map(PolicyWatcher::current).orElse(builtIn);
  }

  /** What applies to a tenant's person now. */
  Policy of(String tenant, String conversation, String person) {
    Policy policy = current().of(tenant);
    return conduct.caution(conversation, person) ? policy.stricter(config.cautionFactor()) : policy;
  }

  /** How long a turn that passes is kept back: what its rule says, or what caution does. */
  Duration delay(String conversation, String person, Judgement judgement) {
    boolean cautious = conduct.caution(conversation, person);
    Duration caution = cautious ? config.cautionDelay() : Duration.ZERO;
    return judgement.delay().compareTo(caution) > 0 ? judgement.delay() : caution;
  }

  /** Counts a person's turn in the record, and what the shadow policy would have done. */
  void turn(String tenant, String conversation, String person, Judgement judgement) {
    boolean judged = judgement.failure() == null;
    // Who is at risk did nothing wrong, and nobody answers for a classifier that fails.
    boolean crisis = "self_harm".equals(judgement.verdict().getCategory());
    if (judged && !crisis) {
      conduct.turn(conversation, person, judgement.action().blames());
    }
    shadow(tenant, Role.USER, judgement);
  }

  /** Counts what the shadow policy would have done. */
  void shadow(String tenant, Role role, Judgement judgement) {
    if (shadow.isEmpty() || judgement.verdict().getSource() == VerdictSource.FAIL_CLOSED) {
      return;
    }
    Policy other = shadow.get().current().of(tenant);
    Decision would = other.decide(role, judgement.verdict().getScores());
    metrics.shadow(role, judgement.action(), would.action());
  }

  @PreDestroy
  void close() {
    poller.shutdownNow();
  }
}
