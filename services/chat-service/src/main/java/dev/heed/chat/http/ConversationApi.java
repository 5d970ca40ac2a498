package dev.heed.chat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.identity.People;
import dev.heed.chat.live.LiveReply;
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
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** {@code /v1/conversations}: kept conversations, their turns and streams. */
@ApplicationScoped
public class ConversationApi {

  private static final String CONVERSATIONS = "/v1/conversations/";
  private static final int MAX_TITLE = 200;
  private static final int MAX_USER = 256;

  private final ChatConfig config;
  private final People people;
  private final Conversations conversations;
  private final Turns turns;
  private final Outbox outbox;
  private final ReplyStreams streams;
  private final Idempotency idempotency;

  ConversationApi(
      ChatConfig config,
      People people,
      Conversations conversations,
      Turns turns,
      Outbox outbox,
      ReplyStreams streams,
      Idempotency idempotency) {
    this.config = config;
    this.people = people;
    this.conversations = conversations;
    this.turns = turns;
    this.outbox = outbox;
    this.streams = streams;
    this.idempotency = idempotency;
  }

  void create(Exchange exchange) {
    Fields fields = exchange.fields();
    String pseudonym = pseudonym(exchange, Optional.of(fields));
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
    exchange.json(201, head(send(created, Optional::isPresent).orElseThrow()));
  }

  private static ConversationChanged.Builder change(
      String id, String pseudonym, ConversationChange change) {
    return ConversationChanged.newBuilder()
        .setConversationId(id)
        .setPseudonym(pseudonym)
        .setChange(change)
        .setAt(Instant.now());
  }

  /** Sends a change and waits until it stands, for every replica. */
  private Optional<StoredConversation> send(
      ConversationChanged change, Predicate<Optional<StoredConversation>> stands) {
    outbox.send(change);
    return conversations.settled(change.getConversationId(), change.getPseudonym(), stands);
  }

  private StoredConversation own(Exchange exchange, Optional<Fields> fields) {
    String pseudonym = pseudonym(exchange, fields);
    String id = exchange.path("id");
    return Optional.of(id)
        .filter(Uuid7::isValid)
        .flatMap(valid -> conversations.find(valid, pseudonym))
        .orElseThrow(() -> Problem.notFound("conversation"));
  }

  /** An API key's holder may name their user, in the body or as a parameter of the address. */
  private String pseudonym(Exchange exchange, Optional<Fields> fields) {
    return exchange.pseudonym(
        people,
        fields.flatMap(given -> given.text("user", MAX_USER)).or(() -> exchange.query("user")));
  }

  void list(Exchange exchange) {
    String pseudonym = pseudonym(exchange, Optional.empty());
    ObjectNode body = Fields.JSON.createObjectNode();
    ArrayNode data = body.putArray("data");
    conversations.of(pseudonym).forEach(conversation -> data.add(head(conversation)));
    exchange.json(200, body);
  }

  void read(Exchange exchange) {
    StoredConversation conversation = own(exchange, Optional.empty());
    ObjectNode body = head(conversation);
    ArrayNode messages = body.putArray("messages");
    conversation.messages().forEach(message -> messages.add(message(message)));
    exchange.json(200, body);
  }

  void update(Exchange exchange) {
    Fields fields = exchange.fields();
    StoredConversation conversation = own(exchange, Optional.of(fields));
    Optional<String> title = fields.text("title", MAX_TITLE);
    Optional<Boolean> consent = fields.flag("share_consent");
    if (title.isEmpty() && consent.isEmpty()) {
      throw Problem.invalid("give title or share_consent");
    }
    title.ifPresent(
        text ->
            send(
                change(conversation, ConversationChange.TITLED).setTitle(text).build(),
                now -> now.isEmpty() || now.get().title().equals(text)));
    consent.ifPresent(
        given ->
            send(
                change(conversation, ConversationChange.CONSENT).setShareConsent(given).build(),
                now -> now.isEmpty() || now.get().shareConsent() == given));
    exchange.json(200, head(own(exchange, Optional.of(fields))));
  }

  private static ConversationChanged.Builder change(
      StoredConversation conversation, ConversationChange change) {
    return change(conversation.id(), conversation.pseudonym(), change);
  }

  void delete(Exchange exchange) {
    StoredConversation conversation = own(exchange, Optional.empty());
    send(change(conversation, ConversationChange.DELETED).build(), Optional::isEmpty);
    exchange.empty(204);
  }

  /** Takes a turn; answers with its stream or, without SSE, with where that is. */
  void turn(Exchange exchange) throws InterruptedException {
    Fields fields = exchange.fields();
    StoredConversation conversation = own(exchange, Optional.of(fields));
    String text =
        fields
            .text("text", config.maxText())
            .filter(given -> !given.isBlank())
            .orElseThrow(() -> Problem.invalid("text is missing or blank"));
    var sampling = fields.sampling(config.defaultMaxTokens(), config.maxTokens());
    AtomicReference<LiveReply> live = new AtomicReference<>();
    Turns.Ids ids =
        idempotency.once(
            conversation,
            exchange.idempotencyKey(),
            exchange.body(),
            fresh -> live.set(turns.goOn(conversation, text, sampling, fresh).reply()));
    conversations.taken(conversation.id(), ids.turnId());
    ObjectNode where = Fields.JSON.createObjectNode();
    where.put("turn_id", ids.turnId()).put("reply_id", ids.replyId());
    if (!exchange.header("Accept").orElse("").contains("text/event-stream")) {
      where.put(
          "stream", CONVERSATIONS + conversation.id() + "/replies/" + ids.replyId() + "/stream");
      exchange.json(202, where);
    } else if (live.get() != null) {
      streams.go(exchange, conversation.id(), live.get(), Optional.of(where), LastEvent.NONE);
    } else {
      StoredMessage message = reply(conversation, ids.replyId());
      streams.go(exchange, conversation.id(), message, Optional.of(where), LastEvent.NONE);
    }
  }

  /** Resumes a stream after the event that the client saw last. */
  void resume(Exchange exchange) throws InterruptedException {
    LastEvent from = LastEvent.of(exchange.header("Last-Event-ID"));
    StoredConversation conversation = own(exchange, Optional.empty());
    StoredMessage message = reply(conversation, exchange.path("replyId"));
    streams.go(exchange, conversation.id(), message, Optional.empty(), from);
  }

  /** A reply of the conversation; one that was taken at another replica may be stored just now. */
  private StoredMessage reply(StoredConversation conversation, String replyId) {
    if (!Uuid7.isValid(replyId)) {
      throw Problem.notFound("reply");
    }
    return conversations
        .message(conversation, replyId)
        .orElseThrow(() -> Problem.notFound("reply"));
  }

  void cancel(Exchange exchange) {
    StoredConversation conversation = own(exchange, Optional.empty());
    StoredMessage message = reply(conversation, exchange.path("replyId"));
    outbox.cancel(conversation.id(), message.id(), CancelReason.STOPPED);
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
}
