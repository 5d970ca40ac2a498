package dev.heed.trust.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;

/** Reads states as they were written before there were versions of their form: JSON. */
final class StateJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StateJson() {}

  /** A rater from bytes. */
  static Rater rater(byte[] bytes) {
    JsonNode node = read(bytes);
    Rater rater = new Rater(node.path("id").asText());
    rater.events = node.path("events").asLong();
    rater.tested = node.path("tested").asDouble();
    rater.proof = node.path("proof").asDouble();
    rater.dirty = node.path("dirty").asDouble();
    rater.base = array(node.path("base"));
    rater.belief = array(node.path("belief"));
    rater.shown = array(node.path("shown"));
    rater.shares = array(node.path("shares"));
    for (JsonNode e : node.path("window")) {
      rater.window.addLast(
          new Rater.Entry(
              e.path(0).asText(), e.path(1).asInt(), e.path(2).asDouble(), e.path(3).asDouble()));
    }
    return rater;
  }

  /** An item from bytes. */
  static Item item(byte[] bytes) {
    JsonNode node = read(bytes);
    Item item =
        new Item(
            node.path("id").asText(),
            node.path("hasPrior").asBoolean(),
            node.path("anchor").asDouble());
    item.gold = node.path("gold").asDouble();
    for (JsonNode m : node.path("messages")) {
      item.put(m.path(0).asText(), new Item.Message(m.path(1).asDouble(), m.path(2).asBoolean()));
    }
    return item;
  }

  static void restore(Population population, Collection<String> queue, byte[] bytes) {
    JsonNode node = read(bytes);
    population.ones = node.path("ones").asDouble();
    population.labels = node.path("labels").asDouble();
    double[] counts = array(node.path("counts"));
    copy(counts, population.counts);
    copy(array(node.path("priorBad")), population.priorBad);
    copy(array(node.path("priorSeen")), population.priorSeen);
    double[] shares = array(node.path("shares"));
    if (shares == null) {
      population.refresh();
    } else {
      population.share(shares);
    }
    queue.clear();
    node.path("queue").forEach(waiting -> queue.add(waiting.asText()));
  }

  /** State of before there were reviews has none. */
  private static void copy(double[] from, double[] to) {
    if (from != null) {
      System.arraycopy(from, 0, to, 0, Math.min(from.length, to.length));
    }
  }

  private static double[] array(JsonNode node) {
    if (!node.isArray()) {
      return null;
    }
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.path(i).asDouble();
    }
    return values;
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
