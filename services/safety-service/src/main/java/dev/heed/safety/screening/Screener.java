package dev.heed.safety.screening;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.safety.policy.Decision;
import dev.heed.safety.policy.Policy;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one way to a verdict, for the service and for {@code ./heed classify}: the matcher and the
 * classifier rate, the higher score of each category counts, the policy decides. Fails closed: no
 * rating, no pass.
 */
public final class Screener {

  private final Rater matcher;
  private final Classifier classifier;
  private final ScreeningMeter meter;
  private final Cache<ByteBuffer, Rating> ratings;

  /**
   * @param matcher the phrase matcher
   * @param classifier the trained classifier, {@link Classifier#none()} or broken
   * @param meter told of every rating and failure
   * @param cached how many ratings of the classifier are kept, by hash of the text in its context
   */
  public Screener(Rater matcher, Classifier classifier, ScreeningMeter meter, int cached) {
    this.matcher = matcher;
    this.classifier = classifier;
    this.meter = meter;
    this.ratings = Caffeine.newBuilder().maximumSize(cached).build();
  }

  /** Screens one text under a policy. Never throws: whatever goes wrong is a refusal. */
  public Judgement screen(Subject subject, Policy policy) {
    try {
      Rating phrases = matcher.rate(subject);
      Rating trained = classified(subject);
      return judge(subject.role(), phrases, trained, policy);
    } catch (RatingException e) {
      meter.failed(e.reason());
      return failClosed(subject.role(), policy, e.reason());
    } catch (RuntimeException e) {
      meter.failed(RatingException.Cause.ERROR);
      return failClosed(subject.role(), policy, RatingException.Cause.ERROR);
    }
  }

  /** Names the classifier's weights; empty: the matcher alone. */
  public String classifierVersion() {
    return classifier.version();
  }

  private Rating classified(Subject subject) {
    ByteBuffer key = key(subject);
    Rating known = ratings.getIfPresent(key);
    if (known != null) {
      meter.cacheHit();
      return known;
    }
    long start = System.nanoTime();
    Rating rating = classifier.rate(subject);
    meter.classified(System.nanoTime() - start);
    ratings.put(key, rating);
    return rating;
  }

  private Judgement judge(Role role, Rating phrases, Rating trained, Policy policy) {
    Map<String, Double> scores = new TreeMap<>(trained.scores());
    phrases.scores().forEach((category, score) -> scores.merge(category, score, Math::max));
    double unsafe = Math.max(phrases.unsafe(), trained.unsafe());
    Decision decision = policy.decide(role, scores);
    String category = decision.category();
    double score = category == null ? 0 : scores.get(category);
    Verdict verdict =
        Verdict.newBuilder()
            .setUnsafe(unsafe)
            .setFlagged(!decision.action().passes())
            .setCategory(category)
            .setScore(score)
            .setSource(source(category, phrases, trained))
            .setScores(scores)
            .setPolicyVersion(policy.version())
            .setClassifierVersion(classifier.version())
            .build();
    return new Judgement(verdict, decision.action(), decision.message(), null, decision.delay());
  }

  private static VerdictSource source(String category, Rating phrases, Rating trained) {
    if (category == null) {
      return VerdictSource.NONE;
    }
    double byPhrase = phrases.scores().getOrDefault(category, 0.0);
    double byClassifier = trained.scores().getOrDefault(category, 0.0);
    return byPhrase > byClassifier ? VerdictSource.MATCHER : VerdictSource.CLASSIFIER;
  }

  private Judgement failClosed(Role role, Policy policy, RatingException.Cause reason) {
    Decision decision = policy.failClosed(role);
    Verdict verdict =
        Verdict.newBuilder()
            .setUnsafe(1)
            .setFlagged(true)
            .setCategory(Categories.UNAVAILABLE)
            .setScore(1)
            .setSource(VerdictSource.FAIL_CLOSED)
            .setScores(Map.of())
            .setPolicyVersion(policy.version())
            .setClassifierVersion(classifier.version())
            .build();
    return new Judgement(verdict, decision.action(), decision.message(), reason, Duration.ZERO);
  }

  /** SHA-256 over role, context and text, each with its length: no two subjects share a key. */
  private static ByteBuffer key(Subject subject) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) subject.role().ordinal());
      subject.context().forEach(text -> add(digest, text));
      add(digest, subject.text());
      return ByteBuffer.wrap(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
  }
}
