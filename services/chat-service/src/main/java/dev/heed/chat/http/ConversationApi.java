package dev.heed.chat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.identity.People;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.live.Replies;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.store.Conversations;
import dev.heed.chat.store.StoredConversation;
import dev.heed.chat.store.StoredMessage;
import dev.heed.chat.turns.Outbox;
import dev.heed.chat.turns.Turns;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ConversationChange;
import dev.heed.schemas.events.ConversationChanged;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code /v1/conversations}: kept conversations, their turns and streams. */
@ApplicationScoped
public class ConversationApi {

  private static final int MAX_TITLE = 200;

  private final ChatConfig config;
  private final People people;
  private final Conversations conversations;
  private final Turns turns;
  private final Replies replies;
  private final Outbox outbox;
  private final ChatMeters meters;
  private final Idempotency idempotency;

  ConversationApi(
      ChatConfig config,
      People people,
      Conversations conversations,
      Turns turns,
      Replies replies,
      Outbox outbox,
      ChatMeters meters,
      Idempotency idempotency) {
    this.config = config;
    this.people = people;
    this.conversations = conversations;
    this.turns = turns;
    this.replies = replies;
    this.outbox = outbox;
    this.meters = meters;
    this.idempotency = idempotency;
  }

  void create(Exchange exchange) {
    Fields fields = exchange.fields();
    String pseudonym = exchange.pseudonym(people, Optional.empty());
    if (conversations.of(pseudonym).size() >= config.maxConversations()) {
      throw Problem.tooMany(
          "You keep " + config.maxConversations() + " conversations; delete some first.",
          Duration.ofMinutes(1));
    }
    String id = Uuid7.randomString();
    ConversationChanged created =
        change(id, pseudonym, ConversationChange.CREATED)
            .setTitle(fields.text("title", MAX_TITLE).orElse(null))
            .setShareConsent(fields.flag("share_consent").orElse(false))
            .build();
    send(created);
    exchange.json(201, head(own(id, pseudonym)));
  }

  private static ConversationChanged.Builder change(
      String id, String pseudonym, ConversationChange change) {
    return ConversationChanged.newBuilder()
        .setConversationId(id)
        .setPseudonym(pseudonym)
        .setChange(change)
        .setAt(Instant.now());
  }

  private void send(ConversationChanged change) {
    outbox.send(change);
    conversations.sent(change);
  }

  private StoredConversation own(String id, String pseudonym) {
    return conversations.find(id, pseudonym).orElseThrow(() -> Problem.notFound("conversation"));
  }

  private StoredConversation own(Exchange exchange) {
    String pseudonym = exchange.pseudonym(people, Optional.empty());
    return own(exchange.path("id"), pseudonym);
  }

  void list(Exchange exchange) {
    String pseudonym = exchange.pseudonym(people, Optional.empty());
    ObjectNode body = Fields.JSON.createObjectNode();
    ArrayNode data = body.putArray("data");
    conversations.of(pseudonym).forEach(conversation -> data.add(head(conversation)));
    exchange.json(200, body);
  }

  void read(Exchange exchange) {
    StoredConversation conversation = own(exchange);
    ObjectNode body = head(conversation);
    ArrayNode messages = body.putArray("messages");
    conversation.messages().forEach(message -> messages.add(message(message)));
    exchange.json(200, body);
  }

  void update(Exchange exchange) {
    Fields fields = exchange.fields();
    StoredConversation conversation = own(exchange);
    Optional<String> title = fields.text("title", MAX_TITLE);
    Optional<Boolean> consent = fields.flag("share_consent");
    if (title.isEmpty() && consent.isEmpty()) {
      throw Problem.invalid("give title or share_consent");
    }
    String id = conversation.id();
    title.ifPresent(
        text ->
            send(
                change(id, conversation.pseudonym(), ConversationChange.TITLED)
                    .setTitle(text)
                    .build()));
    consent.ifPresent(
        given ->
            send(
                change(id, conversation.pseudonym(), ConversationChange.CONSENT)
                    .setShareConsent(given)
                    .build()));
    exchange.json(200, head(own(id, conversation.pseudonym())));
  }

  void delete(Exchange exchange) {
    StoredConversation conversation = own(exchange);
    send(change(conversation.id(), conversation.pseudonym(), ConversationChange.DELETED).build());
    exchange.empty(204);
  }

  /** Takes a turn; answers with its stream or, without SSE, with where that is. */
  void turn(Exchange exchange) throws InterruptedException {
    Fields fields = exchange.fields();
    StoredConversation conversation = own(exchange);
    String text =
        fields
            .text("text", config.maxText())
            .filter(given -> !given.isBlank())
            .orElseThrow(() -> Problem.invalid("text is missing or blank"));
    var sampling = fields.sampling(config.defaultMaxTokens(), config.maxTokens());
    Turns.Taken taken =
        idempotency.once(
            exchange.idempotencyKey().map(key -> conversation.id() + "/" + key),
            exchange.context().body().buffer(),
            () -> turns.goOn(conversation, text, sampling));
    ObjectNode where = Fields.JSON.createObjectNode();
    where.put("turn_id", taken.turnId()).put("reply_id", taken.reply().replyId());
    if (exchange.header("Accept").orElse("").contains("text/event-stream")) {
      stream(exchange, conversation.id(), taken.reply(), Optional.of(where), Resume.START);
    } else {
      where.put(
          "stream",
          "/v1/conversations/"
              + conversation.id()
              + "/replies/"
              + taken.reply().replyId()
              + "/stream");
      exchange.json(202, where);
    }
  }

  /** Resumes a stream after the event that the client saw last. */
  void resume(Exchange exchange) throws InterruptedException {
    StoredConversation conversation = own(exchange);
    String replyId = exchange.path("replyId");
    StoredMessage message = conversation.find(replyId).orElseThrow(() -> Problem.notFound("reply"));
    Resume from = Resume.of(exchange.header("Last-Event-ID"));
    Optional<LiveReply> live = replies.find(replyId).filter(reply -> reply.size() > 0);
    if (live.isEmpty() && message.status() != StoredMessage.Status.STREAMING) {
      EventStream stream = new EventStream(exchange.response(), config, meters);
      stream.begin(() -> {});
      stream.write(ConversationEvents.ofStored(message, from.seen()));
      stream.end();
      return;
    }
    stream(exchange, conversation.id(), replies.of(replyId), Optional.empty(), from);
  }

  private void stream(
      Exchange exchange,
      String conversationId,
      LiveReply reply,
      Optional<ObjectNode> turn,
      Resume from)
      throws InterruptedException {
    EventStream stream = new EventStream(exchange.response(), config, meters);
    meters.streams(1);
    try {
      stream.begin(() -> {});
      if (turn.isPresent()) {
        stream.write("event: turn\ndata: " + turn.get() + "\n\n");
      }
      reply.join(stream, from.attempt(), from.sequence());
      if (stream.run(ConversationEvents::of)) {
        stream.end();
      }
    } finally {
      reply.leave(stream);
      meters.streams(-1);
      left(conversationId, reply);
    }
  }

  /** Nobody reads along any more: give them a moment to come back, then stop the reply. */
  private void left(String conversationId, LiveReply reply) throws InterruptedException {
    if (reply.ended() || reply.readers() > 0) {
      return;
    }
    TimeUnit.MILLISECONDS.sleep(config.leaveGrace().toMillis());
    if (!reply.ended() && reply.readers() == 0) {
      meters.personLeft();
      outbox.cancel(conversationId, reply.replyId(), CancelReason.PERSON_LEFT);
    }
  }

  void cancel(Exchange exchange) {
    StoredConversation conversation = own(exchange);
    String replyId = exchange.path("replyId");
    if (conversation.find(replyId).isEmpty()) {
      throw Problem.notFound("reply");
    }
    outbox.cancel(conversation.id(), replyId, CancelReason.STOPPED);
    exchange.empty(202);
  }

  private static ObjectNode head(StoredConversation conversation) {
    return Fields.JSON
        .createObjectNode()
        .put("id", conversation.id())
        .put("title", conversation.title())
        .put("share_consent", conversation.shareConsent())
        .put("created_at", Instant.ofEpochMilli(conversation.createdAt()).toString());
  }

  private static ObjectNode message(StoredMessage message) {
    ObjectNode node =
        Fields.JSON
            .createObjectNode()
            .put("id", message.id())
            .put("role", message.role().name().toLowerCase(Locale.ROOT))
            .put("text", message.text())
            .put("status", message.status().name().toLowerCase(Locale.ROOT))
            .put("created_at", Instant.ofEpochMilli(message.createdAt()).toString());
    if (message.filtered().isEmpty()) {
      node.putNull("filtered");
    } else {
      ConversationEvents.put(node.putObject("filtered"), message.filtered().get());
    }
    return node;
  }

  /** Where a stream goes on: after that chunk of that attempt; -1: from the beginning. */
  record Resume(int attempt, int sequence) {

    static final Resume START = new Resume(-1, -1);

    boolean seen() {
      return attempt >= 0;
    }

    static Resume of(Optional<String> lastEventId) {
      if (lastEventId.isEmpty()) {
        return START;
      }
      List<String> parts = List.of(lastEventId.get().split("-", 2));
      try {
        return new Resume(
            Integer.parseUnsignedInt(parts.getFirst()), Integer.parseUnsignedInt(parts.getLast()));
      } catch (NumberFormatException e) {
        throw Problem.invalid("Last-Event-ID must be the id of an event of this stream");
      }
    }
  }
}
