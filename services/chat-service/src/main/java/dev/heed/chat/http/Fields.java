package dev.heed.chat.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heed.schemas.events.Sampling;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a request's JSON strictly: types and bounds are checked, and messages name the field only.
 */
final class Fields {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_STOPS = 8;
  private static final int MAX_STOP_LENGTH = 200;
  private static final int MAX_NGRAM = 32;
  private static final int MAX_BIASES = 300;
  private static final double MAX_BIAS = 100;
  private static final Pattern TOKEN = Pattern.compile("[0-9]{1,9}");

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
  }

  private final JsonNode body;

  private Fields(JsonNode body) {
    this.body = body;
  }

  /**
   * Parses a body.
   *
   * @throws Problem 400 when it is no JSON object in valid UTF-8
   */
  static Fields of(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      JsonNode node = JSON.readTree(text);
      if (node == null || !node.isObject()) {
        throw Problem.badJson();
      }
      return new Fields(node);
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw Problem.badJson();
    }
  }

  JsonNode node(String name) {
    return body.path(name);
  }

  private Optional<JsonNode> given(String name) {
    JsonNode node = body.path(name);
    return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** A text in NFC, at most so many characters. */
  Optional<String> text(String name, int max) {
    return given(name)
        .map(
            node -> {
              if (!node.isTextual()) {
                throw Problem.invalid(name, "must be a string");
              }
              return checked(node.asText(), name, max);
            });
  }

  /** A text in NFC; refused when it is too long or holds what no text may hold. */
  static String checked(String text, String name, int max) {
    if (text.length() > max) {
      throw Problem.invalid(name, "may have " + max + " characters at most");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean paired =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == 0 || (Character.isSurrogate(c) && !paired)) {
        throw Problem.invalid(name, "holds a character that no text may hold");
      }
      i += paired ? 1 : 0;
    }
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  Optional<Boolean> flag(String name) {
    return given(name)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw Problem.invalid(name, "must be true or false");
              }
              return node.asBoolean();
            });
  }

  Optional<Integer> integer(String name, int min, int max) {
    return given(name)
        .map(
            node -> {
              if (!node.isIntegralNumber()
                  || !node.canConvertToInt()
                  || node.asInt() < min
                  || node.asInt() > max) {
                throw Problem.invalid(name, "must be a whole number from " + min + " to " + max);
              }
              return node.asInt();
            });
  }

  Optional<Double> number(String name, double min, double max) {
    return given(name)
        .map(
            node -> {
              if (!node.isNumber() || !(node.asDouble() >= min && node.asDouble() <= max)) {
                throw Problem.invalid(name, "must be a number from " + min + " to " + max);
              }
              return node.asDouble();
            });
  }

  private Optional<Long> seed() {
    return given("seed")
        .map(
            node -> {
              if (!node.isIntegralNumber() || !node.canConvertToLong()) {
                throw Problem.invalid("seed", "must be a whole number of 64 bits");
              }
              return node.asLong();
            });
  }

  private List<String> stops() {
    List<String> stops = new ArrayList<>();
    given("stop")
        .ifPresent(
            node -> {
              if (node.isTextual()) {
                stops.add(node.asText());
              } else if (node.isArray() && node.size() <= MAX_STOPS) {
                node.forEach(stop -> stops.add(stop.isTextual() ? stop.asText() : ""));
              } else {
                throw Problem.invalid("stop", "must be a string or up to 8 strings");
              }
            });
    if (stops.stream().anyMatch(s -> s.isEmpty() || s.length() > MAX_STOP_LENGTH)) {
      throw Problem.invalid("stop", "must hold strings of 1 to 200 characters");
    }
    return stops;
  }

  /** Biases by token id, as OpenAI's API has them. */
  private Map<String, Double> biases() {
    Map<String, Double> biases = new LinkedHashMap<>();
    given("logit_bias")
        .ifPresent(
            node -> {
              if (!node.isObject() || node.size() > MAX_BIASES) {
                throw Problem.invalid(
                    "logit_bias", "must be an object of " + MAX_BIASES + " tokens at most");
              }
              node.properties().forEach(entry -> biases.put(token(entry), bias(entry)));
            });
    return biases;
  }

  private static String token(Map.Entry<String, JsonNode> entry) {
    if (!TOKEN.matcher(entry.getKey()).matches()) {
      throw Problem.invalid("logit_bias", "must have token ids, whole numbers, as its keys");
    }
    return entry.getKey();
  }

  private static double bias(Map.Entry<String, JsonNode> entry) {
    double bias = entry.getValue().isNumber() ? entry.getValue().asDouble() : Double.NaN;
    if (!(Math.abs(bias) <= MAX_BIAS)) {
      throw Problem.invalid("logit_bias", "must have numbers from -100 to 100 as its values");
    }
    return bias;
  }

  /** How many likeliest tokens are to be told beside each one; empty: nothing of probabilities. */
  Optional<Integer> topLogprobs(int most) {
    Optional<Integer> top = integer("top_logprobs", 0, most);
    boolean asked = flag("logprobs").orElse(false);
    if (!asked && top.orElse(0) > 0) {
      throw Problem.invalid("top_logprobs", "wants logprobs to be true");
    }
    return asked ? Optional.of(top.orElse(0)) : Optional.empty();
  }

  /** How to draw the reply, with the names of OpenAI's API and vLLM's additions. */
  Sampling sampling(int defaultTokens, int maxTokens) {
    int tokens =
        integer("max_completion_tokens", 1, maxTokens)
            .or(() -> integer("max_tokens", 1, maxTokens))
            .orElse(defaultTokens);
    return Sampling.newBuilder()
        .setMaxTokens(tokens)
        .setTemperature(number("temperature", 0, 2).orElse(null))
        .setTopK(integer("top_k", 0, 1_000_000).orElse(null))
        .setTopP(number("top_p", Double.MIN_VALUE, 1).orElse(null))
        .setMinP(number("min_p", 0, 1).orElse(null))
        .setRepetitionPenalty(number("repetition_penalty", 0.01, 10).orElse(null))
        .setPresencePenalty(number("presence_penalty", -2, 2).orElse(null))
        .setFrequencyPenalty(number("frequency_penalty", -2, 2).orElse(null))
        .setTypicalP(number("typical_p", Double.MIN_VALUE, 1).orElse(null))
        .setNoRepeatNgram(integer("no_repeat_ngram_size", 0, MAX_NGRAM).orElse(null))
        .setLogitBias(biases())
        .setSeed(seed().orElse(null))
        .setStop(stops())
        .build();
  }
}
