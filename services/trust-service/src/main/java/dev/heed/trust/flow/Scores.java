package dev.heed.trust.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TrustScore;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads this replica's stores. */
@ApplicationScoped
public class Scores {

  private static final int PEOPLE = 50_000;
  private static final int LISTED = 200;
  private static final double FALL = .1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaStreams streams;
  private final EventCodec codec;

  Scores(KafkaStreams streams, EventCodec codec) {
    this.streams = streams;
    this.codec = codec;
  }

  /** Looks a pseudonym's score up. */
  public Found find(String pseudonym) {
    try {
      byte[] bytes = store(Store.SCORES).get(pseudonym);
      return bytes == null ? new Found.Nothing() : new Found.Value(bytes);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return new Found.NotReady();
    }
  }

  /** True when the store answers; to open it is not enough, as that works before it is there. */
  public boolean isReady() {
    return streams.state().isRunningOrRebalancing() && !(find("") instanceof Found.NotReady);
  }

  /** A person's feedback as JSON, the first {@value #LISTED} that are kept; none of their words. */
  Found feedback(String pseudonym) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode data = answer.putArray("data");
    try (KeyValueIterator<String, byte[]> all =
        store(Store.FEEDBACK).prefixScan(pseudonym + "/", new StringSerializer())) {
      while (all.hasNext() && data.size() < LISTED) {
        byte[] bytes = all.next().value;
        if (bytes.length > 0) {
          put(data.addObject(), codec.decode(bytes, FeedbackWeighted.class));
        }
      }
      return new Found.Value(answer.toString().getBytes(StandardCharsets.UTF_8));
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return new Found.NotReady();
    }
  }

  private static void put(ObjectNode node, FeedbackWeighted w) {
    node.put("feedback_id", w.getFeedbackId()).put("item", w.getItemId());
    node.put("kind", w.getKind().name()).put("label", w.getLabel());
    node.put("p_right", w.getPRight()).put("weight", w.getWeight());
    node.put("revision", w.getRevision()).put("retracted", w.getRetracted());
    node.put("prior", w.getPriorLogOdds()).put("crowd", w.getCrowdLogOdds());
    node.put("history", w.getHistoryLogOdds()).put("review", w.getReviewLogOdds());
    node.put("moved_by", w.getMovedBy()).put("given_at", w.getGivenAt().toString());
  }

  /** What this replica knows of everybody. */
  Summary summary() {
    try {
      return people().plus(partitions()).plus(questions());
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return Summary.empty(false);
    }
  }

  private Summary people() {
    long[] bins = new long[Stats.BINS];
    List<Summary.Person> people = new ArrayList<>();
    Map<String, Summary.Cohort> cohorts = new HashMap<>();
    long seen = 0;
    boolean complete;
    try (KeyValueIterator<String, byte[]> all = store(Store.SCORES).all()) {
      while (all.hasNext() && seen < PEOPLE) {
        TrustScore score = codec.decode(all.next().value, TrustScore.class);
        seen++;
        bins[Math.min(Stats.BINS - 1, (int) (score.getReliability() * Stats.BINS))]++;
        if (score.getCohort() != null) {
          cohorts.merge(
              score.getCohort(),
              new Summary.Cohort(1, score.getReliability(), List.of(score.getPseudonym())),
              Summary.Cohort::plus);
        }
        boolean fell = score.getPeakReliability() - score.getReliability() > FALL;
        if (fell || score.getAppeal() != null) {
          people.add(person(score));
        }
      }
      complete = !all.hasNext();
    }
    return new Summary(
        complete,
        seen,
        bins,
        Map.of(),
        Map.of(),
        Summary.top(people.stream().filter(p -> p.peak() - p.reliability() > FALL)),
        people.stream().filter(p -> p.appeal() != null).limit(20).toList(),
        Summary.largest(cohorts),
        Map.of());
  }

  private static Summary.Person person(TrustScore score) {
    return new Summary.Person(
        score.getPseudonym(),
        score.getReliability(),
        score.getPeakReliability(),
        score.getRatings(),
        score.getMovedBy(),
        score.getAppeal());
  }

  private Summary partitions() {
    Summary sum = Summary.empty(true);
    try (KeyValueIterator<String, byte[]> all = store(Store.PARTITION).all()) {
      while (all.hasNext()) {
        var entry = all.next();
        Map<String, long[]> days = new TreeMap<>();
        Map<String, Double> kinds = new TreeMap<>();
        if (entry.key.startsWith(Stats.DAY)) {
          days.put(entry.key.substring(Stats.DAY.length()), Stats.bins(entry.value));
        } else if (entry.key.startsWith(Stats.KIND)) {
          kinds.put(entry.key.substring(Stats.KIND.length()), Stats.number(entry.value));
        }
        sum = sum.plus(part(days, kinds, Map.of()));
      }
    }
    return sum;
  }

  private Summary questions() {
    Map<String, Long> waiting = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = store(Store.QUESTIONS).all()) {
      while (all.hasNext()) {
        byte[] task = all.next().value;
        String why =
            task.length == 0 ? "ASKED" : codec.decode(task, ReviewTask.class).getWhy().name();
        waiting.merge(why, 1L, Long::sum);
      }
    }
    return part(Map.of(), Map.of(), waiting);
  }

  private static Summary part(
      Map<String, long[]> days, Map<String, Double> kinds, Map<String, Long> waiting) {
    return new Summary(
        true, 0, new long[Stats.BINS], days, kinds, List.of(), List.of(), Map.of(), waiting);
  }

  private ReadOnlyKeyValueStore<String, byte[]> store(Store store) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
            store.storeName(), QueryableStoreTypes.<String, byte[]>keyValueStore()));
  }
}
