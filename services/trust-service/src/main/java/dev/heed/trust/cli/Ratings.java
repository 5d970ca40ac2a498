package dev.heed.trust.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.heed.trust.reliability.Belief;
import dev.heed.trust.reliability.Circumstances;
import dev.heed.trust.reliability.ManyClassFilter;
import dev.heed.trust.reliability.ManySweep;
import dev.heed.trust.reliability.Memory;
import dev.heed.trust.reliability.Params;
import dev.heed.trust.reliability.Sweep;
import dev.heed.trust.reliability.SweepInput;
import dev.heed.trust.reliability.TrustFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;

/**
 * Sends each rating to the filter that it is for: two classes (0 and 1) when the prior is a number
 * or absent, many classes when the prior is an object, or, from then on, when a label is neither 0
 * nor 1.
 */
final class Ratings {

  /** What comes out; belief, and group of users who act as one, are there for two classes. */
  record Outcome(
      JsonNode user,
      JsonNode item,
      double pRight,
      double reliability,
      Optional<Belief> belief,
      Optional<String> group) {

    Outcome(JsonNode user, JsonNode item, double pRight, double reliability) {
      this(user, item, pRight, reliability, Optional.empty(), Optional.empty());
    }
  }

  /** Ratings that a sweep at the end of the stream looks at: bounded memory. */
  private static final int KEPT = 262_144;

  /** A change of p_right that a sweep writes. */
  private static final double TOLD = .02;

  private final TrustFilter two;
  private final SweepInput kept = new SweepInput(KEPT);
  private final ManyClassFilter many = new ManyClassFilter();
  private final Map<String, JsonNode> names = new LinkedHashMap<>();
  private final Deque<JsonNode> unpriored = new ArrayDeque<>();
  private final SweepInput keptMany = new SweepInput(KEPT);
  private final Map<String, Integer> classes = new LinkedHashMap<>();
  private boolean manyPriors;
  private boolean manyClasses;

  /**
   * @param reviewed whether some items will be reviewed, so that the classifier can be found out
   */
  Ratings(boolean reviewed) {
    two = new TrustFilter(reviewed ? Params.REVIEWED : Params.DEFAULT, Memory.inMaps());
  }

  /**
   * One line. A second label of a user on an item takes the place of the first.
   *
   * @throws IllegalArgumentException naming the field that is not as it must be
   */
  List<Outcome> take(JsonNode event) {
    if (!event.isObject()) {
      throw new IllegalArgumentException("a line must be a JSON object");
    }
    TrustCommand.required(event, "user");
    TrustCommand.required(event, "item");
    String label = label(TrustCommand.required(event, "label"));
    OptionalLong at = Time.millis(event.path("time"));
    JsonNode prior = event.path("prior");
    if (prior.isNumber()) {
      double p = prior.asDouble();
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("prior must lie between 0 and 1");
      }
      return two(event, binary(label), OptionalDouble.of(p), at);
    }
    if (prior.isObject()) {
      manyClasses = true;
      manyPriors = true;
      return many(event, label, shares(prior));
    }
    if (!prior.isNull() && !prior.isMissingNode()) {
      throw new IllegalArgumentException("prior must be a number, an object or null");
    }
    boolean isBinary = label.equals("0") || label.equals("1");
    if (!isBinary && !manyClasses) {
      manyClasses = true; // what came before is learnt from again, with the classes as they are
      unpriored.forEach(e -> many(e, label(e.path("label")), Map.of()));
      unpriored.clear();
    }
    if (manyClasses) {
      return many(event, label, Map.of());
    }
    unpriored.addLast(event);
    if (unpriored.size() > KEPT) {
      unpriored.removeFirst();
    }
    return two(event, binary(label), OptionalDouble.empty(), at);
  }

  private static String label(JsonNode node) {
    if (node.isNumber() && node.asDouble() == Math.rint(node.asDouble())) {
      return Long.toString(node.asLong());
    }
    return node.asText();
  }

  private static int binary(String label) {
    return switch (label) {
      case "0" -> 0;
      case "1" -> 1;
      default -> throw new IllegalArgumentException("label must be 0 or 1 where prior is a number");
    };
  }

  private static Map<String, Double> shares(JsonNode prior) {
    Map<String, Double> shares = new LinkedHashMap<>();
    prior
        .fields()
        .forEachRemaining(
            entry -> {
              double p = entry.getValue().asDouble(-1);
              if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("prior must hold probabilities");
              }
              shares.put(entry.getKey(), Math.max(p, 1e-6));
            });
    return shares;
  }

  private List<Outcome> two(JsonNode event, int label, OptionalDouble prior, OptionalLong at) {
    String user = key(event.path("user"));
    String item = key(event.path("item"));
    kept.add(user, item, label, prior.orElse(Double.NaN));
    var with = new Circumstances(List.of(), at);
    List<Belief> beliefs = two.rate(user, item, label, prior, with);
    if (beliefs.isEmpty()) {
      beliefs = new ArrayList<>(two.retract(user, item));
      beliefs.addAll(two.rate(user, item, label, prior, with));
    }
    return outcomes(beliefs);
  }

  private List<Outcome> outcomes(List<Belief> beliefs) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Belief belief : beliefs) {
      kept.said(belief.user(), belief.item(), belief.pRight());
      outcomes.add(
          new Outcome(
              names.get(belief.user()),
              names.get(belief.item()),
              belief.pRight(),
              belief.reliability(),
              Optional.of(belief),
              two.group(belief.user())));
    }
    return outcomes;
  }

  /** A review of an item, by its key: what is believed of its raters' labels from now on. */
  List<Outcome> review(String item, JsonNode truth) {
    String label = label(truth);
    List<Outcome> outcomes = new ArrayList<>();
    if (label.equals("0") || label.equals("1")) {
      kept.review(item, Integer.parseInt(label));
      outcomes.addAll(outcomes(two.review(item, Integer.parseInt(label))));
    }
    keptMany.review(item, classes.computeIfAbsent(label, _ -> classes.size()));
    for (ManyClassFilter.Revision revision : many.review(item, label)) {
      outcomes.add(
          new Outcome(
              names.get(revision.user()),
              names.get(item),
              revision.belief().pRight(),
              revision.belief().reliability()));
    }
    return outcomes;
  }

  /** Has a rater looked at again: the classifier's record has moved. */
  void recheck(String user) {
    two.recheck(user);
  }

  /** All kept ratings at once, when the stream has ended: what has moved. */
  List<Outcome> sweep() {
    if (!manyClasses) {
      SweepInput in = kept.freeze(two::group);
      Sweep sweep = new Sweep(in);
      return moved(in, sweep::right, sweep::reliability);
    }
    if (manyPriors) {
      return List.of(); // a classifier's word on many classes stays with the single pass
    }
    SweepInput in = keptMany.freeze();
    ManySweep sweep = new ManySweep(in, Math.max(2, classes.size()));
    return moved(in, sweep::right, sweep::reliability);
  }

  private List<Outcome> moved(
      SweepInput in, IntToDoubleFunction rightOf, IntToDoubleFunction reliabilityOf) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int e = 0; e < in.events(); e++) {
      double right = rightOf.applyAsDouble(e);
      double said = in.said(e);
      if (!(Math.abs(right - said) <= TOLD) || right > .5 != said > .5) {
        JsonNode user = names.get(in.userId(e));
        JsonNode item = names.get(in.itemId(e));
        outcomes.add(new Outcome(user, item, right, reliabilityOf.applyAsDouble(e)));
      }
    }
    return outcomes;
  }

  /** The name under which a user or item is kept. */
  static String keyOf(JsonNode node) {
    return node.toString();
  }

  /** The name as it came. */
  JsonNode name(String key) {
    return names.get(key);
  }

  private List<Outcome> many(JsonNode event, String label, Map<String, Double> prior) {
    String user = key(event.path("user"));
    String item = key(event.path("item"));
    var belief = many.rate(user, item, label, prior);
    keptMany.add(user, item, classes.computeIfAbsent(label, _ -> classes.size()), Double.NaN);
    keptMany.said(user, item, belief.pRight());
    return List.of(
        new Outcome(event.path("user"), event.path("item"), belief.pRight(), belief.reliability()));
  }

  /** A name that tells 1 from "1", and the node to write it back as it came. */
  private String key(JsonNode node) {
    String key = node.toString();
    names.putIfAbsent(
        key, node.isTextual() ? JsonNodeFactory.instance.textNode(node.asText()) : node);
    return key;
  }
}
