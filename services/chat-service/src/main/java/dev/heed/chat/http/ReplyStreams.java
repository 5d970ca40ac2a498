package dev.heed.chat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.live.Replies;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.replicas.Replicas;
import dev.heed.chat.store.StoredMessage;
import dev.heed.chat.turns.Outbox;
import dev.heed.schemas.events.CancelReason;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Streams of kept conversations' replies, and what happens when nobody reads them any more. */
@ApplicationScoped
public class ReplyStreams {

  private final ChatConfig config;
  private final Replies replies;
  private final Replicas replicas;
  private final Outbox outbox;
  private final ChatMeters meters;

  ReplyStreams(
      ChatConfig config, Replies replies, Replicas replicas, Outbox outbox, ChatMeters meters) {
    this.config = config;
    this.replies = replies;
    this.replicas = replicas;
    this.outbox = outbox;
    this.meters = meters;
  }

  /** The stream of a reply that is under way or ended, after what the client saw last. */
  void go(
      Exchange exchange,
      String conversationId,
      StoredMessage message,
      Optional<ObjectNode> turn,
      LastEvent from)
      throws InterruptedException {
    Optional<LiveReply> live = replies.find(message.id()).filter(reply -> reply.size() > 0);
    if (live.isEmpty() && message.status() != StoredMessage.Status.STREAMING) {
      EventStream stream = new EventStream(exchange.response(), config, meters);
      stream.begin(() -> {});
      stream.write(
          turn.map(ReplyStreams::event).orElse("")
              + ConversationEvents.ofStored(message, from.seen()));
      stream.end();
      return;
    }
    go(exchange, conversationId, replies.follow(conversationId, message), turn, from);
  }

  /** The stream of a reply that this replica knows. */
  void go(
      Exchange exchange,
      String conversationId,
      LiveReply reply,
      Optional<ObjectNode> turn,
      LastEvent from)
      throws InterruptedException {
    EventStream stream = new EventStream(exchange.response(), config, meters);
    meters.streams(1);
    try {
      stream.begin(() -> {});
      stream.write(turn.map(ReplyStreams::event).orElse(""));
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

  private static String event(ObjectNode turn) {
    return "event: turn\ndata: " + turn + "\n\n";
  }

  /** Nobody reads along any more: after a grace to come back, at any replica, the reply stops. */
  private void left(String conversationId, LiveReply reply) throws InterruptedException {
    if (reply.ended() || reply.readers() > 0) {
      return;
    }
    TimeUnit.MILLISECONDS.sleep(config.leaveGrace().toMillis());
    if (reply.isForsaken(config.leaveGrace()) && !replicas.isReadElsewhere(reply.replyId())) {
      meters.personLeft();
      outbox.cancel(conversationId, reply.replyId(), CancelReason.PERSON_LEFT);
    }
  }
}
