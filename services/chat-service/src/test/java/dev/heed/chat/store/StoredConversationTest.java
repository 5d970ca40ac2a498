package dev.heed.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.chat.store.StoredMessage.Status;
import dev.heed.chat.store.StoredMessage.Who;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoredConversationTest {

  private static final long DEADLINE = 100_000;

  private static final StoredConversation WITH_TURN =
      new StoredConversation("c", "p", "", false, 0, List.of())
          .withTurn(
              StoredMessage.turn("t", "Hello.", 1, Optional.of("digest")),
              StoredMessage.awaited("r", 1, DEADLINE));

  private static StoredMessage answer(int attempt, String text, Status status) {
    return new StoredMessage(
        "r", Who.ASSISTANT, text, status, Optional.empty(), 2, attempt, 0, Optional.empty());
  }

  private static StoredMessage reply(StoredConversation conversation) {
    return conversation.find("r").orElseThrow();
  }

  @Test
  void anEndOfAnOlderAttemptIsDropped() {
    StoredConversation second = WITH_TURN.withAttempt("r", 1).withAttempt("r", 2);
    assertEquals(second, second.withAnswer(answer(1, "old", Status.COMPLETE)));
    assertEquals(second, second.withAttempt("r", 1));
    StoredConversation ended = second.withAnswer(answer(2, "new", Status.COMPLETE));
    assertEquals("new", reply(ended).text());
    // What was shown stands.
    assertEquals(ended, ended.withAnswer(answer(3, "newer", Status.COMPLETE)));
    assertEquals(ended, ended.withAttempt("r", 3));
  }

  @Test
  void theSameEventAgainChangesNothing() {
    StoredConversation ended = WITH_TURN.withAnswer(answer(1, "x", Status.COMPLETE));
    assertEquals(ended, ended.withAnswer(answer(1, "x", Status.COMPLETE)));
    assertEquals(
        ended,
        ended.withTurn(
            StoredMessage.turn("t", "Other.", 5, Optional.empty()),
            StoredMessage.awaited("r2", 5, DEADLINE)));
  }

  @Test
  void anAnswerThatWasReadFirstStandsAfterItsTurn() {
    StoredConversation conversation =
        new StoredConversation("c", "p", "", false, 0, List.of())
            .withAnswer(answer(1, "x", Status.COMPLETE))
            .withTurn(
                StoredMessage.turn("t", "Hello.", 1, Optional.empty()),
                StoredMessage.awaited("r", 1, DEADLINE));
    assertEquals(
        List.of("t", "r"), conversation.messages().stream().map(StoredMessage::id).toList());
    assertEquals(Status.COMPLETE, reply(conversation).status());
  }

  @Test
  void anAnswerThatDidNotComeHasFailed() {
    long late = DEADLINE + StoredMessage.GRACE_MILLIS;
    assertEquals(Status.STREAMING, reply(WITH_TURN.asOf(Instant.ofEpochMilli(late - 1))).status());
    assertEquals(Status.FAILED, reply(WITH_TURN.asOf(Instant.ofEpochMilli(late))).status());
    StoredConversation ended = WITH_TURN.withAnswer(answer(1, "x", Status.COMPLETE));
    assertEquals(Status.COMPLETE, reply(ended.asOf(Instant.ofEpochMilli(late))).status());
  }

  @Test
  void whatOlderVersionsStoredIsRead() {
    String old =
        "{\"id\":\"c\",\"pseudonym\":\"p\",\"title\":\"\",\"shareConsent\":true,\"createdAt\":5,"
            + "\"messages\":[{\"id\":\"r\",\"role\":\"ASSISTANT\",\"text\":\"\","
            + "\"status\":\"STREAMING\",\"createdAt\":7}]}";
    StoredConversation read = ConversationJson.read(old.getBytes(StandardCharsets.UTF_8));
    assertEquals(0, reply(read).attempt());
    assertEquals(Optional.empty(), reply(read).request());
    assertEquals(Status.FAILED, reply(read.asOf(Instant.now())).status());
    assertEquals(WITH_TURN, ConversationJson.read(ConversationJson.write(WITH_TURN)));
  }
}
