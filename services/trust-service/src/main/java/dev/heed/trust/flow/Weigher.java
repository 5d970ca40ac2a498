package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.TrustScore;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSubject;
import dev.heed.trust.metrics.TrustMeters;
import dev.heed.trust.reliability.Belief;
import dev.heed.trust.reliability.Params;
import dev.heed.trust.reliability.TrustFilter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Weighs the feedback of the people of one partition. Every piece counts once, by its id; one that
 * is retracted, even before it arrives, weighs nothing.
 */
final class Weigher implements Processor<String, byte[], String, byte[]> {

  static final String RATERS = "raters";
  static final String ITEMS = "items";
  static final String WEIGHTED = "weighted";
  static final String BY_ITEM = "weighted-by-item";
  static final String CIVILITY = "civility";
  static final String SCORES = "scores";
  static final String PARTITION = "partition";
  static final List<String> STORES =
      List.of(RATERS, ITEMS, WEIGHTED, BY_ITEM, CIVILITY, SCORES, PARTITION);

  private static final String POPULATION = "population";
  private static final byte[] RETRACTED_EARLY = {};

  private final EventCodec codec;
  private final TrustMeters meters;
  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> weighted;
  private KeyValueStore<String, byte[]> byItem;
  private KeyValueStore<String, byte[]> civility;
  private KeyValueStore<String, byte[]> scores;
  private KeyValueStore<String, byte[]> partition;
  private StoreMemory memory;
  private TrustFilter filter;

  Weigher(EventCodec codec, TrustMeters meters) {
    this.codec = codec;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    weighted = context.getStateStore(WEIGHTED);
    byItem = context.getStateStore(BY_ITEM);
    civility = context.getStateStore(CIVILITY);
    scores = context.getStateStore(SCORES);
    partition = context.getStateStore(PARTITION);
    memory = new StoreMemory(context.getStateStore(RATERS), context.getStateStore(ITEMS));
    filter = new TrustFilter(Params.DEFAULT, memory);
    Optional.ofNullable(partition.get(POPULATION)).ifPresent(filter::restore);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    SpecificRecord event;
    try {
      event = codec.decode(record.value());
    } catch (UnreadableEventException e) {
      meters.deadLetter();
      Headers headers = record.headers();
      headers.add("dead-letter-reason", e.getMessage().getBytes(StandardCharsets.UTF_8));
      context.forward(record.withHeaders(headers), TrustTopology.DEAD);
      return;
    }
    switch (event) {
      case FeedbackGiven feedback -> weigh(feedback, record);
      case TurnScreened verdict -> judge(verdict, record);
      default -> {} // nothing else is written there
    }
  }

  private void weigh(FeedbackGiven feedback, Record<String, byte[]> record) {
    if (feedback.getKind() == FeedbackKind.RETRACT) {
      retract(feedback, record);
    } else if (weighted.get(feedback.getFeedbackId()) != null) {
      meters.duplicate();
    } else if (weighted.delete(early(feedback, feedback.getFeedbackId())) != null) {
      weighted.put(feedback.getFeedbackId(), codec.encode(Weights.retracted(Weights.of(feedback))));
    } else {
      meters.feedback(feedback.getKind());
      give(feedback, record);
    }
    partition.put(POPULATION, filter.population());
    memory.flush();
    score(feedback.getPseudonym(), record);
  }

  /** Where it is kept that somebody takes back what has not come yet; only their own counts. */
  private static String early(FeedbackGiven feedback, String target) {
    return feedback.getPseudonym() + "/" + target;
  }

  private void give(FeedbackGiven feedback, Record<String, byte[]> record) {
    Optional<Integer> label = Weights.label(feedback);
    String user = feedback.getPseudonym();
    if (label.isEmpty()) {
      double[] reliability = filter.reliability(memory.rater(user));
      emit(Weights.of(feedback, reliability, civilityOf(user)), record);
      return;
    }
    String key = user + "/" + feedback.getReplyId();
    byte[] earlier = byItem.get(key);
    if (earlier != null) {
      changeMind(new String(earlier, StandardCharsets.UTF_8), record); // the last word counts
    }
    byItem.put(key, feedback.getFeedbackId().getBytes(StandardCharsets.UTF_8));
    Verdict verdict = feedback.getVerdict();
    OptionalDouble prior =
        verdict != null && verdict.getUnsafe() >= 0 && verdict.getUnsafe() <= 1
            ? OptionalDouble.of(verdict.getUnsafe())
            : OptionalDouble.empty();
    List<Belief> beliefs = filter.rate(user, feedback.getReplyId(), label.get(), prior);
    for (Belief belief : beliefs) {
      if (belief.revision()) {
        revise(belief, record);
      } else {
        emit(Weights.of(feedback, belief, civilityOf(user)), record);
      }
    }
  }

  private void revise(Belief belief, Record<String, byte[]> record) {
    last(belief)
        .ifPresent(
            last -> {
              meters.revision();
              emit(Weights.revised(last, belief), record);
            });
  }

  private Optional<FeedbackWeighted> last(Belief belief) {
    return Optional.ofNullable(byItem.get(belief.user() + "/" + belief.item()))
        .map(id -> weighted.get(new String(id, StandardCharsets.UTF_8)))
        .map(bytes -> codec.decode(bytes, FeedbackWeighted.class));
  }

  private void changeMind(String earlierId, Record<String, byte[]> record) {
    byte[] bytes = weighted.get(earlierId);
    if (bytes != null) {
      takeBack(codec.decode(bytes, FeedbackWeighted.class), record);
    }
  }

  private void retract(FeedbackGiven feedback, Record<String, byte[]> record) {
    String target = feedback.getRetracts();
    if (target == null) {
      return;
    }
    byte[] bytes = weighted.get(target);
    if (bytes == null) {
      weighted.put(early(feedback, target), RETRACTED_EARLY);
      return;
    }
    FeedbackWeighted given = codec.decode(bytes, FeedbackWeighted.class);
    if (given.getPseudonym().equals(feedback.getPseudonym()) && !given.getRetracted()) {
      takeBack(given, record);
    }
  }

  private void takeBack(FeedbackWeighted given, Record<String, byte[]> record) {
    meters.retraction();
    emit(Weights.retracted(given), record);
    String key = given.getPseudonym() + "/" + given.getReplyId();
    byte[] rating = byItem.get(key);
    if (rating == null
        || !given.getFeedbackId().equals(new String(rating, StandardCharsets.UTF_8))) {
      return; // a comment or the like: the rating of the same reply stays
    }
    byItem.delete(key);
    filter
        .retract(given.getPseudonym(), given.getReplyId())
        .forEach(belief -> revise(belief, record));
  }

  private void emit(FeedbackWeighted event, Record<String, byte[]> record) {
    meters.weighed(event.getPRight());
    byte[] bytes = codec.encode(event);
    weighted.put(event.getFeedbackId(), bytes);
    forward(Topics.FEEDBACK_WEIGHTED.name(), event.getFeedbackId(), bytes, event, record);
  }

  private void judge(TurnScreened verdict, Record<String, byte[]> record) {
    if (verdict.getSubject() == VerdictSubject.USER_TURN) {
      Civility now = civilityOf(verdict.getPseudonym()).after(verdict.getVerdict().getFlagged());
      civility.put(verdict.getPseudonym(), now.bytes());
      score(verdict.getPseudonym(), record);
    }
  }

  private Civility civilityOf(String pseudonym) {
    return Optional.ofNullable(civility.get(pseudonym)).map(Civility::of).orElse(Civility.UNKNOWN);
  }

  private void score(String pseudonym, Record<String, byte[]> record) {
    var rater = memory.rater(pseudonym);
    double[] reliability = filter.reliability(rater);
    Civility civil = civilityOf(pseudonym);
    TrustScore score =
        new TrustScore(
            pseudonym,
            reliability[0],
            reliability[1],
            civil.mean(),
            civil.sd(),
            rater.map(known -> known.events()).orElse(0L),
            civil.turns(),
            Instant.ofEpochMilli(record.timestamp()));
    memory.flush();
    byte[] bytes = codec.encode(score);
    scores.put(pseudonym, bytes);
    forward(Topics.TRUST_SCORES.name(), pseudonym, bytes, score, record);
  }

  private void forward(
      String child, String key, byte[] bytes, SpecificRecord event, Record<String, byte[]> cause) {
    Headers headers = Weights.headers(event, cause.headers());
    context.forward(new Record<>(key, bytes, cause.timestamp(), headers), child);
  }
}
