package dev.heed.chat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.identity.People;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.turns.Outbox;
import dev.heed.chat.turns.Turns;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
    // Bounded by the chunks that a reply may have; each attempt's are taken as they come.
    BlockingQueue<LiveReply.Step> steps = new LinkedBlockingQueue<>();
    AtomicBoolean left = leaving(exchange, taken);
    LiveReply.Reader reader = steps::add;
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
            answer(exchange, shapes, chunk, text.toString());
            return;
          }
        }
      }
    } finally {
      taken.reply().leave(reader);
    }
  }

  private static void answer(Exchange exchange, OpenAiShapes shapes, ReplyChunk last, String text) {
    if (last.getKind() == ReplyKind.FAILURE) {
      throw "prompt_too_long".equals(last.getError())
          ? Problem.invalid("messages", "and max_tokens are longer than the model's context")
          : Problem.unavailable();
    }
    exchange.json(200, shapes.completion(last, text));
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
