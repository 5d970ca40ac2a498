package dev.heed.safety.flow;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Events as chat-service and inference-service write them. */
final class Given {

  private Given() {}

  static TurnSubmitted turn(String... texts) {
    return turnBuilder(texts).build();
  }

  static TurnSubmitted.Builder turnBuilder(String... texts) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      Role role = (texts.length - i) % 2 == 1 ? Role.USER : Role.ASSISTANT;
      messages.add(new Message(role, texts[i], null));
    }
    return TurnSubmitted.newBuilder()
        .setConversationId(Uuid7.randomString())
        .setTurnId(Uuid7.randomString())
        .setReplyId(Uuid7.randomString())
        .setPseudonym("p-" + Uuid7.randomString())
        .setReplica("chat-1")
        .setMessages(messages)
        .setSampling(Sampling.newBuilder().build())
        .setSubmittedAt(Instant.now())
        .setDeadline(Instant.now().plus(Duration.ofMinutes(1)));
  }

  /** The chunks of one reply to a turn, each with what it follows. */
  static List<DraftChunk> drafts(TurnSubmitted turn, int attempt, String... texts) {
    List<DraftChunk> chunks = new ArrayList<>();
    StringBuilder before = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      boolean last = i == texts.length - 1;
      chunks.add(chunk(turn, attempt, i, before.toString(), texts[i], last).build());
      before.append(texts[i]);
    }
    return chunks;
  }

  /** One chunk, to be changed. */
  static DraftChunk.Builder chunk(
      TurnSubmitted turn, int attempt, int sequence, String preceding, String text, boolean last) {
    return DraftChunk.newBuilder()
        .setConversationId(turn.getConversationId())
        .setTurnId(turn.getTurnId())
        .setReplyId(turn.getReplyId())
        .setPseudonym(turn.getPseudonym())
        .setReplica(turn.getReplica())
        .setAttempt(attempt)
        .setSequence(sequence)
        .setText(text)
        .setPreceding(preceding)
        .setContext(turn.getMessages().getLast().getText())
        .setLast(last)
        .setFinishReason(last ? FinishReason.STOP : null)
        .setUsage(new Usage(10, sequence + 1, 0))
        .setModel(new ModelRef("test", "0", null))
        .setWrittenAt(Instant.now())
        .setDeadline(turn.getDeadline());
  }
}
