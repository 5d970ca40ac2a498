package dev.heed.trust.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** Raters, items and the population as JSON, for state stores. */
public final class StateJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StateJson() {}

  /** A rater as bytes. */
  public static byte[] write(Rater rater) {
    ObjectNode node = JSON.createObjectNode().put("id", rater.id).put("events", rater.events);
    node.put("tested", rater.tested).put("proof", rater.proof).put("dirty", rater.dirty);
    put(node, "base", rater.base);
    put(node, "belief", rater.belief);
    put(node, "shown", rater.shown);
    put(node, "shares", rater.shares);
    ArrayNode window = node.putArray("window");
    rater.window.forEach(
        entry ->
            window.addArray().add(entry.item).add(entry.label).add(entry.others).add(entry.bad));
    return bytes(node);
  }

  /** A rater from bytes. */
  public static Rater rater(byte[] bytes) {
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

  /** An item as bytes. */
  public static byte[] write(Item item) {
    ObjectNode node = JSON.createObjectNode().put("id", item.id).put("hasPrior", item.hasPrior);
    node.put("anchor", item.anchor).put("gold", item.gold);
    ArrayNode messages = node.putArray("messages");
    item.messages.forEach(
        (rater, message) ->
            messages.addArray().add(rater).add(message.logOdds()).add(message.proven()));
    return bytes(node);
  }

  /** An item from bytes. */
  public static Item item(byte[] bytes) {
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

  static byte[] write(Population population, Iterable<String> queue) {
    ObjectNode node = JSON.createObjectNode();
    node.put("ones", population.ones).put("labels", population.labels);
    put(node, "counts", population.counts);
    put(node, "priorBad", population.priorBad);
    put(node, "priorSeen", population.priorSeen);
    put(node, "shares", population.shares);
    ArrayNode waiting = node.putArray("queue");
    queue.forEach(waiting::add);
    return bytes(node);
  }

  static void restore(Population population, Collection<String> queue, byte[] bytes) {
    JsonNode node = read(bytes);
    population.ones = node.path("ones").asDouble();
    population.labels = node.path("labels").asDouble();
    double[] counts = array(node.path("counts"));
    System.arraycopy(counts, 0, population.counts, 0, population.counts.length);
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
      System.arraycopy(from, 0, to, 0, to.length);
    }
  }

  private static void put(ObjectNode node, String name, double[] values) {
    if (values != null) {
      ArrayNode array = node.putArray(name);
      for (double value : values) {
        array.add(value);
      }
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

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
