package dev.heed.load;

import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * How long records lay before a service had taken them up, from the topics' own times: the longest
 * after a fault is the pause that the loss of a replica cost, its rebalance included.
 */
final class Pauses {

  private final TopicsAfter topics;
  private final long beginMillis;

  /**
   * @param beginMillis wall clock when the run began; older records are left aside
   */
  Pauses(TopicsAfter topics, long beginMillis) {
    this.topics = topics;
    this.beginMillis = beginMillis;
  }

  /** Delay in seconds by the second of the run at which the record was written; by service. */
  Map<String, TreeMap<Double, Double>> delays() {
    Map<String, TreeMap<Double, Double>> out = new LinkedHashMap<>();
    out.put("safety-service", between(Topics.TURNS, Topics.PROMPTS));
    out.put("inference-service", between(Topics.PROMPTS, Topics.DRAFTS));
    out.put("safety-service, drafts", between(Topics.DRAFTS, Topics.REPLIES));
    out.put("trust-service", between(Topics.FEEDBACK_EVENTS, Topics.FEEDBACK_WEIGHTED));
    return out;
  }

  private TreeMap<Double, Double> between(Topic in, Topic out) {
    Map<String, Long> begun = new HashMap<>();
    topics.readTimed(in, (event, at) -> begun.merge(subject(event), at, Math::min));
    Map<String, Long> taken = new HashMap<>();
    topics.readTimed(out, (event, at) -> taken.merge(subject(event), at, Math::min));
    TreeMap<Double, Double> delays = new TreeMap<>();
    begun.forEach(
        (subject, at) -> {
          Long then = taken.get(subject);
          if (at >= beginMillis && then != null && !subject.isEmpty()) {
            delays.merge((at - beginMillis) / 1e3, Math.max(0, then - at) / 1e3, Math::max);
          }
        });
    return delays;
  }

  private static String subject(SpecificRecord event) {
    return switch (event) {
      case TurnSubmitted turn -> turn.getTurnId();
      case PromptScreened prompt -> prompt.getTurnId();
      case DraftChunk draft -> draft.getTurnId();
      case ReplyChunk reply -> reply.getTurnId();
      case FeedbackGiven given -> given.getFeedbackId();
      case FeedbackWeighted belief -> belief.getFeedbackId();
      default -> "";
    };
  }

  /**
   * The median over the run, and the longest delay of what was written from a little before each
   * fault until all was ready again.
   */
  static Map<String, Object> json(
      Map<String, TreeMap<Double, Double>> delays, Iterable<Faults.Made> faults) {
    Map<String, Object> out = new LinkedHashMap<>();
    delays.forEach(
        (service, times) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          double[] all = times.values().stream().mapToDouble(Double::doubleValue).toArray();
          row.put("records", all.length);
          row.put("p50_s", all.length == 0 ? null : Numbers.round(Numbers.quantile(all, 0.5)));
          for (Faults.Made fault : faults) {
            double until = fault.atSeconds() + fault.backAfterSeconds() + Breaker.WHILE.toSeconds();
            var within = times.subMap(Math.max(0, fault.atSeconds() - 5), true, until, true);
            within.values().stream()
                .max(Double::compare)
                .ifPresent(
                    longest ->
                        row.put(
                            "longest_s_at_%.0f_%s_%s"
                                .formatted(fault.atSeconds(), fault.fault(), fault.program()),
                            Numbers.round(longest)));
          }
          out.put(service, row);
        });
    return out;
  }
}
