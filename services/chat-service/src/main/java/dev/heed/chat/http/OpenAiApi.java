package dev.heed.chat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.identity.People;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.turns.Outbox;
import dev.heed.chat.turns.Turns;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * OpenAI's chat completions and models, for unmodified clients. Stateless: the client holds the
 * history, and a client that leaves gives its place back at once.
 */
@ApplicationScoped
public class OpenAiApi {

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
    String asked = fields.text("model", 256).orElse(config.model());
    if (!asked.equals(config.model())) {
      throw Problem.modelNotFound();
    }
    OpenAiRequest request = OpenAiRequest.of(fields, config);
    Turns.Taken taken =
        turns.answer(pseudonym, request.messages(), request.sampling(), request.shareConsent());
    OpenAiShapes shapes = new OpenAiShapes(config.model(), taken.reply());
    if (request.stream()) {
      stream(exchange, taken, shapes, request.includeUsage());
    } else {
      whole(exchange, taken, shapes);
    }
  }

  private void whole(Exchange exchange, Turns.Taken taken, OpenAiShapes shapes)
      throws InterruptedException {
    WholeReply whole = new WholeReply();
    AtomicBoolean told = new AtomicBoolean();
    exchange
        .response()
        .closeHandler(
            _ -> {
              whole.forsake();
              leave(taken, told);
            });
    taken.reply().join(whole, -1, -1);
    try {
      Optional<ReplyChunk> last = whole.last();
      if (last.isPresent()) {
        answer(exchange, shapes, last.get(), whole);
      }
    } finally {
      taken.reply().leave(whole);
    }
  }

  private static void answer(
      Exchange exchange, OpenAiShapes shapes, ReplyChunk last, WholeReply whole) {
    if (last.getKind() == ReplyKind.FAILURE) {
      throw "prompt_too_long".equals(last.getError())
          ? Problem.invalid("messages", "and max_tokens are longer than the model's context")
          : Problem.unavailable();
    }
    exchange.json(200, shapes.completion(last, whole.text(), whole.logprobs()));
  }

  private void stream(Exchange exchange, Turns.Taken taken, OpenAiShapes shapes, boolean usage)
      throws InterruptedException {
    EventStream stream = new EventStream(exchange.response(), config, meters);
    OpenAiStream events = new OpenAiStream(shapes, usage);
    meters.streams(1);
    AtomicBoolean told = new AtomicBoolean();
    try {
      stream.begin(() -> leave(taken, told));
      stream.write(shapes.begin());
      taken.reply().join(stream, -1, -1);
      if (stream.run(events::format, events::failed)) {
        stream.end();
      }
      if (!taken.reply().ended()) {
        leave(taken, told);
      }
    } finally {
      taken.reply().leave(stream);
      meters.streams(-1);
    }
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
