package dev.heed.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.Topic.Keeping;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ReplyCancelled;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicsTest {

  static List<Topic> topics() {
    return Topics.ALL;
  }

  @Test
  void everyDeclaredTopicIsListedOnceAndNamesAreUnique() throws IllegalAccessException {
    Set<Object> declared = new HashSet<>();
    for (var field :
        Arrays.stream(Topics.class.getFields())
            .filter(f -> Modifier.isStatic(f.getModifiers()) && f.getType() == Topic.class)
            .toList()) {
      declared.add(field.get(null));
    }
    assertEquals(declared, new HashSet<>(Topics.ALL));
    assertEquals(Topics.ALL.size(), Topics.ALL.stream().map(Topic::name).distinct().count());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aTopicHasOneWriter(Topic topic) {
    if (topic == Topics.CONTROLS) {
      assertEquals(List.of(Topics.CHAT, Topics.SAFETY), topic.writers());
    } else if (topic == Topics.MODEL_RELEASES) {
      assertEquals(List.of(Topics.LEARNING, Topics.SAFETY), topic.writers());
    } else if (topic == Topics.SCHEMAS) {
      assertEquals(Topics.SERVICES, topic.writers());
    } else {
      assertEquals(1, topic.writers().size());
    }
    assertTrue(Topics.SERVICES.containsAll(topic.writers()));
  }

  @Test
  void onlySafetyWritesWhatIsShown() {
    assertEquals(List.of(Topics.SAFETY), Topics.REPLIES.writers());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aTopicIsBounded(Topic topic) {
    assertTrue(topic.partitions() > 0);
    assertFalse(topic.events().isEmpty());
    assertEquals(topic.name() + ".dead", topic.deadLetters());
    switch (topic.keeping()) {
      case Keeping.For(Duration time) -> {
        assertTrue(time.compareTo(Duration.ofDays(7)) <= 0, "erasure is promised in 7 days");
        assertEquals("delete", topic.config().get("cleanup.policy"));
        assertEquals(Long.toString(time.toMillis()), topic.config().get("retention.ms"));
      }
      case Keeping.Latest() -> assertEquals("compact", topic.config().get("cleanup.policy"));
    }
  }

  @Test
  void conversationTopicsHaveTheSamePartitionsSoThatOrderHolds() {
    for (Topic topic : List.of(Topics.PROMPTS, Topics.DRAFTS, Topics.REPLIES)) {
      assertEquals(Topics.TURNS.partitions(), topic.partitions(), topic.name());
    }
  }

  @ParameterizedTest
  @MethodSource("topics")
  void everyEventNamesWhatTheKeySays(Topic topic) {
    String field =
        switch (topic.key()) {
          case CONVERSATION -> "conversationId";
          case PSEUDONYM -> "pseudonym";
          case FEEDBACK -> "feedbackId";
          case ITEM -> "itemId";
          case NAME -> "name";
          case ROUND -> "round";
          case FINGERPRINT -> "fingerprint";
        };
    for (var type : topic.events()) {
      assertNotNull(SchemaCatalog.schemaOf(type).getField(field), type.getName());
    }
  }

  @Test
  void onlyATopicsWriterCanMakeItsRecordsAndOnlyOfItsEvents() {
    EventCodec codec = EventCodec.ofKnown();
    var event = new ReplyCancelled("c", "r", CancelReason.STOPPED, Instant.now());
    var record = EventRecords.record(codec, Topics.CONTROLS, "c", event, Topics.CHAT);
    assertEquals("chat.controls", record.topic());
    assertTrue(Uuid7.isValid(new String(record.headers().lastHeader("ce_id").value())));
    assertEquals(
        "dev.heed.schemas.events.ReplyCancelled",
        new String(record.headers().lastHeader("ce_type").value()));
    assertThrows(
        IllegalArgumentException.class,
        () -> EventRecords.record(codec, Topics.CONTROLS, "c", event, Topics.TRUST));
    assertThrows(
        IllegalArgumentException.class,
        () -> EventRecords.record(codec, Topics.REPLIES, "c", event, Topics.SAFETY));
  }
}
