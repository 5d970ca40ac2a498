package dev.heed.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.identity.People;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.turns.Outbox;
import dev.heed.chat.turns.Turns;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * OpenAI's chat completions and models, for unmodified clients. Stateless: the client holds the
 * history.
 */
@ApplicationScoped
public class OpenAiApi {

  private static final int MAX_MESSAGES = 200;
  private static final String ID = "chatcmpl-";

  private final ChatConfig config;
  private final People people;
  private final Turns turns;
  private final Outbox outbox;
  private final ChatMeters meters;
  private final Instant begun = Instant.now();

  OpenAiApi(ChatConfig config, People people, Turns turns, Outbox outbox, ChatMeters meters) {
    this.config = config;
    this.people = people;
    this.turns = turns;
    this.outbox = outbox;
    this.meters = meters;
  }

  void models(Exchange exchange) {
    ObjectNode body = Fields.JSON.createObjectNode().put("object", "list");
    body.putArray("data").add(model());
    exchange.json(200, body);
  }

  void oneModel(Exchange exchange) {
    if (!config.model().equals(exchange.path("model"))) {
      throw Problem.modelNotFound();
    }
    exchange.json(200, model());
  }

  private ObjectNode model() {
    return Fields.JSON
        .createObjectNode()
        .put("id", config.model())
        .put("object", "model")
        .put("created", begun.getEpochSecond())
        .put("owned_by", "heed");
  }

  void complete(Exchange exchange) throws InterruptedException {
    Fields fields = exchange.fields();
    String pseudonym = exchange.pseudonym(people, fields.text("user", 256));
    String asked = fields.text("model", 256).orElseThrow(() -> Problem.invalid("model is missing"));
    if (!asked.equals(config.model())) {
      throw Problem.modelNotFound();
    }
    if (fields.integer("n", 1, 128).orElse(1) != 1) {
      throw Problem.invalid("n must be 1");
    }
    List<Message> messages = messages(fields.node("messages"));
    boolean stream = fields.flag("stream").orElse(false);
    boolean usage = fields.node("stream_options").path("include_usage").asBoolean(false);
    boolean consent = "true".equals(fields.node("metadata").path("share_consent").asText());
    var sampling = fields.sampling(config.defaultMaxTokens(), config.maxTokens());
    Turns.Taken taken = turns.answer(pseudonym, messages, sampling, consent);
    if (stream) {
      stream(exchange, taken, usage);
    } else {
      whole(exchange, taken);
    }
  }

  private List<Message> messages(JsonNode given) {
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_MESSAGES) {
      throw Problem.invalid("messages must hold 1 to " + MAX_MESSAGES + " messages");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : given) {
      messages.add(new Message(role(message.path("role")), content(message.path("content")), null));
    }
    if (messages.getLast().getRole() != Role.USER) {
      throw Problem.invalid("the last of messages must be the user's");
    }
    return messages;
  }

  private static Role role(JsonNode role) {
    return switch (role.asText()) {
      case "system", "developer" -> Role.SYSTEM;
      case "user" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      default -> throw Problem.invalid("a message's role must be system, user or assistant");
    };
  }

  /** A string, or text parts one after the other. */
  private String content(JsonNode content) {
    StringBuilder text = new StringBuilder();
    if (content.isTextual()) {
      text.append(content.asText());
    } else if (content.isArray() && !content.isEmpty()) {
      for (JsonNode part : content) {
        if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
          throw Problem.invalid("a message's content may hold parts of type text only");
        }
        text.append(part.path("text").asText());
      }
    } else {
      throw Problem.invalid("a message's content must be a string or an array of text parts");
    }
    return Fields.checked(text.toString(), "a message's content", config.maxText());
  }

  private void whole(Exchange exchange, Turns.Taken taken) throws InterruptedException {
    BlockingQueue<LiveReply.Step> steps = new ArrayBlockingQueue<>(config.maxChunks() + 8);
    AtomicBoolean left = leaving(exchange, taken);
    LiveReply.Reader reader = steps::offer;
    taken.reply().join(reader, -1, -1);
    StringBuilder text = new StringBuilder();
    try {
      while (!left.get()) {
        LiveReply.Step step = steps.poll(1, TimeUnit.SECONDS);
        if (step instanceof LiveReply.Step.Restart) {
          text.setLength(0);
        } else if (step instanceof LiveReply.Step.Next(var chunk)) {
          if (chunk.getKind() == ReplyKind.REFUSAL || chunk.getKind() == ReplyKind.WITHDRAWAL) {
            text.setLength(0);
          }
          text.append(chunk.getText());
          if (chunk.getLast()) {
            answer(exchange, taken, chunk, text.toString());
            return;
          }
        }
      }
    } finally {
      taken.reply().leave(reader);
    }
  }

  private void answer(Exchange exchange, Turns.Taken taken, ReplyChunk last, String text) {
    if (last.getKind() == ReplyKind.FAILURE) {
      throw "prompt_too_long".equals(last.getError())
          ? Problem.invalid("messages and max_tokens are longer than the model's context")
          : Problem.unavailable();
    }
    ObjectNode body = head(taken, "chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", finishReason(last));
    body.set("usage", usage(last));
    exchange.json(200, body);
  }

  private void stream(Exchange exchange, Turns.Taken taken, boolean usage)
      throws InterruptedException {
    EventStream stream = new EventStream(exchange.response(), config, meters);
    meters.streams(1);
    AtomicBoolean told = new AtomicBoolean();
    try {
      stream.begin(() -> leave(taken, told));
      stream.write(chunk(taken, delta().put("role", "assistant").put("content", ""), null));
      taken.reply().join(stream, -1, -1);
      if (stream.run(step -> format(taken, step, usage))) {
        stream.end();
      } else {
        leave(taken, told);
      }
    } finally {
      taken.reply().leave(stream);
      meters.streams(-1);
    }
  }

  private String format(Turns.Taken taken, LiveReply.Step step, boolean usage) {
    if (!(step instanceof LiveReply.Step.Next(var chunk))) {
      // This API has no way to take text back: the client is told plainly.
      return error("The reply was interrupted and begins again.", "restarted");
    }
    StringBuilder out = new StringBuilder();
    if (chunk.getKind() == ReplyKind.FAILURE) {
      return error("The reply could not be written.", "failed") + "data: [DONE]\n\n";
    }
    if (!chunk.getText().isEmpty()) {
      out.append(chunk(taken, delta().put("content", chunk.getText()), null));
    }
    if (chunk.getLast()) {
      out.append(chunk(taken, delta(), finishReason(chunk)));
      if (usage) {
        ObjectNode body = head(taken, "chat.completion.chunk");
        body.putArray("choices");
        body.set("usage", usage(chunk));
        out.append("data: ").append(body).append("\n\n");
      }
      out.append("data: [DONE]\n\n");
    }
    return out.toString();
  }

  private static ObjectNode delta() {
    return Fields.JSON.createObjectNode();
  }

  private String chunk(Turns.Taken taken, ObjectNode delta, String finishReason) {
    ObjectNode body = head(taken, "chat.completion.chunk");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    return "data: " + body + "\n\n";
  }

  private static String error(String message, String code) {
    ObjectNode body = Fields.JSON.createObjectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", "server_error")
        .putNull("param")
        .put("code", code);
    return "data: " + body + "\n\n";
  }

  private ObjectNode head(Turns.Taken taken, String object) {
    return Fields.JSON
        .createObjectNode()
        .put("id", ID + taken.reply().replyId())
        .put("object", object)
        .put("created", taken.reply().begun().getEpochSecond())
        .put("model", config.model());
  }

  private static String finishReason(ReplyChunk last) {
    if (last.getKind() == ReplyKind.REFUSAL || last.getKind() == ReplyKind.WITHDRAWAL) {
      return "content_filter";
    }
    return last.getFinishReason() == null
        ? "stop"
        : switch (last.getFinishReason()) {
          case LENGTH -> "length";
          case CONTENT_FILTER -> "content_filter";
          default -> "stop";
        };
  }

  private static ObjectNode usage(ReplyChunk last) {
    int prompt = last.getUsage().getPromptTokens();
    int completion = last.getUsage().getCompletionTokens();
    return Fields.JSON
        .createObjectNode()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
  }

  private AtomicBoolean leaving(Exchange exchange, Turns.Taken taken) {
    AtomicBoolean left = new AtomicBoolean();
    AtomicBoolean told = new AtomicBoolean();
    exchange
        .response()
        .closeHandler(
            _ -> {
              left.set(true);
              leave(taken, told);
            });
    return left;
  }

  private void leave(Turns.Taken taken, AtomicBoolean told) {
    if (!taken.reply().ended() && told.compareAndSet(false, true)) {
      meters.personLeft();
      Thread.ofVirtual()
          .start(
              () ->
                  outbox.cancel(
                      taken.conversationId(), taken.reply().replyId(), CancelReason.PERSON_LEFT));
    }
  }
}
