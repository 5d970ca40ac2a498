package dev.heed.inference.serving;

import dev.heed.inference.batching.Sampling;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.ReplyRequest;
import dev.heed.inference.runtime.GenaiConfig;
import dev.heed.inference.text.ChatMessage;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.PromptScreened;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes an engine's request of a prompt event. */
final class Requests {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** As OpenAI's API has it. */
  private static final int MOST_LOGPROBS = 20;

  private Requests() {}

  /**
   * The request; what the person left open comes from the model's own defaults.
   *
   * @throws IllegalArgumentException when a setting is out of bounds or the template refuses the
   *     conversation
   */
  static ReplyRequest of(PromptScreened prompt, ChatModel model) {
    var sampling = prompt.getSampling();
    if (sampling.getMaxTokens() < 1) {
      throw new IllegalArgumentException("maxTokens is out of bounds");
    }
    return new ReplyRequest(
        prompt.getReplyId(),
        model.prompt(messages(prompt)),
        sampling.getMaxTokens(),
        sampling(sampling, model.config(), prompt.getReplyId()),
        List.copyOf(sampling.getStop()),
        prompt.getDeadline(),
        prompt.getPseudonym(),
        Optional.empty(),
        logprobs(sampling.getTopLogprobs()));
  }

  private static OptionalInt logprobs(Integer asked) {
    if (asked != null && (asked < 0 || asked > MOST_LOGPROBS)) {
      throw new IllegalArgumentException("topLogprobs is out of bounds");
    }
    return asked == null ? OptionalInt.empty() : OptionalInt.of(asked);
  }

  /** The conversation, its last message the one to answer. */
  static List<ChatMessage> messages(PromptScreened prompt) {
    return prompt.getMessages().stream().map(Requests::message).toList();
  }

  private static ChatMessage message(Message message) {
    String role =
        switch (message.getRole()) {
          case SYSTEM -> "system";
          case ASSISTANT -> "assistant";
          case USER, UNKNOWN -> "user";
        };
    return new ChatMessage(role, message.getText());
  }

  private static Sampling sampling(
      dev.heed.schemas.events.Sampling asked, GenaiConfig config, String replyId) {
    GenaiConfig.Defaults defaults = config.defaults();
    return new Sampling(
        or(asked.getTemperature(), defaults.temperature()),
        asked.getTopK() == null ? defaults.topK() : asked.getTopK(),
        or(asked.getTopP(), defaults.topP()),
        or(asked.getMinP(), 0),
        or(asked.getRepetitionPenalty(), 1),
        or(asked.getPresencePenalty(), 0),
        or(asked.getFrequencyPenalty(), 0),
        or(asked.getTypicalP(), 1),
        asked.getNoRepeatNgram() == null ? 0 : asked.getNoRepeatNgram(),
        biases(asked.getLogitBias(), config.vocabulary()),
        asked.getSeed() == null ? replyId.hashCode() * GOLDEN : asked.getSeed());
  }

  private static Map<Integer, Double> biases(Map<String, Double> asked, int vocabulary) {
    Map<Integer, Double> biases = new HashMap<>();
    asked.forEach(
        (token, bias) -> {
          int id = token.matches("[0-9]{1,9}") ? Integer.parseInt(token) : vocabulary;
          if (id >= vocabulary) {
            throw new IllegalArgumentException("logitBias names an unknown token");
          }
          biases.put(id, bias);
        });
    return biases;
  }

  private static double or(Double asked, double otherwise) {
    return asked == null ? otherwise : asked;
  }
}
