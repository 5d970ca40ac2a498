package dev.heed.load;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.LocalBroker;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TrustScore;
import dev.heed.schemas.events.Usage;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks find what they are there to find: each is given a topic in which it is broken. */
class InvariantsTest {

  private static final String CLEAN =
      "heed_safety_tokens_shown_unscreened{service=\"safety-service\"} 0.0\n";
  private static final Map<String, String> KEPT = Map.of("r-right", "Tea is a drink.");
  private static final EventCodec CODEC = EventCodec.ofKnown();

  /** Held, as a logger that nobody holds forgets its level. */
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("org.apache.kafka"), Logger.getLogger("kafka"));

  private static LocalBroker broker;
  private static KafkaProducer<String, byte[]> producer;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    LOGGERS.forEach(logger -> logger.setLevel(Level.SEVERE));
    broker = LocalBroker.start(folder, freePort(), freePort());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    // Right: all of it shown, weighed once, scored.
    chunk("r-right", 0, "Tea is ", verdict());
    chunk("r-right", 1, "a drink.", verdict());
    given("f-right", "anna");
    weighed("f-right", "anna", 0);
    score("anna", 1);
    // Broken: never in chat.replies; without a verdict; lost; unweighed; twice; miscounted.
    chunk("r-bare", 0, "No verdict.", null);
    given("f-unweighed", "bert");
    given("f-twice", "carl");
    weighed("f-twice", "carl", 0);
    weighed("f-twice", "carl", 0);
    score("carl", 2);
    given("f-revised", "dora");
    weighed("f-revised", "dora", 0);
    weighed("f-revised", "dora", 1);
    score("dora", 1);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() {
    producer.close();
    broker.close();
  }

  /** Waits for the broker's word: a record that it did not take would look like a lost one. */
  private static RecordMetadata send(Topic topic, String key, SpecificRecord event) {
    var sent = producer.send(new ProducerRecord<>(topic.name(), key, CODEC.encode(event)));
    return assertDoesNotThrow(() -> sent.get(), "the broker did not take what the test needs");
  }

  private static Verdict verdict() {
    return Verdict.newBuilder()
        .setFlagged(false)
        .setUnsafe(0.01)
        .setScore(0.01)
        .setPolicyVersion("1")
        .setClassifierVersion("1")
        .setSource(VerdictSource.NONE)
        .build();
  }

  private static void chunk(String reply, int sequence, String text, Verdict verdict) {
    ReplyChunk chunk =
        ReplyChunk.newBuilder()
            .setConversationId("c")
            .setTurnId("t")
            .setReplyId(reply)
            .setPseudonym("anna")
            .setReplica("x")
            .setAttempt(0)
            .setSequence(sequence)
            .setKind(ReplyKind.CONTENT)
            .setText(text)
            .setLast(false)
            .setVerdict(verdict)
            .setUsage(new Usage(0, 0, 0))
            .setShareConsent(false)
            .setWrittenAt(Instant.now())
            .build();
    send(Topics.REPLIES, "c", chunk);
  }

  private static void given(String id, String person) {
    send(Topics.FEEDBACK_EVENTS, person, feedback(id, person));
  }

  private static FeedbackGiven feedback(String id, String person) {
    return FeedbackGiven.newBuilder()
        .setFeedbackId(id)
        .setPseudonym(person)
        .setConversationId("c")
        .setTurnId("t")
        .setReplyId("r-right")
        .setKind(FeedbackKind.THUMBS)
        .setLabel("up")
        .setShareConsent(false)
        .setAt(Instant.now())
        .build();
  }

  private static void weighed(String id, String person, int revision) {
    FeedbackWeighted belief =
        FeedbackWeighted.newBuilder()
            .setFeedbackId(id)
            .setRevision(revision)
            .setPseudonym(person)
            .setItemId("r-right")
            .setConversationId("c")
            .setTurnId("t")
            .setReplyId("r-right")
            .setKind(FeedbackKind.THUMBS)
            .setLabel("up")
            .setPRight(0.8)
            .setWeight(0.6)
            .setReliability(0.8)
            .setGivenAt(Instant.now())
            .setWeighedAt(Instant.now())
            .build();
    send(Topics.FEEDBACK_WEIGHTED, id, belief);
  }

  private static void score(String person, long ratings) {
    send(
        Topics.TRUST_SCORES,
        person,
        TrustScore.newBuilder()
            .setPseudonym(person)
            .setReliability(0.8)
            .setReliabilitySd(0.1)
            .setCivilitySd(0.1)
            .setRatings(ratings)
            .setTurns(1)
            .setAt(Instant.now())
            .build());
  }

  private static Map<String, Invariants.Finding> check(String metrics, Ledger ledger)
      throws InterruptedException {
    return check(metrics, ledger, KEPT);
  }

  private static Map<String, Invariants.Finding> check(
      String metrics, Ledger ledger, Map<String, String> kept) throws InterruptedException {
    var topics = new TopicsAfter(broker.bootstrapServers());
    Map<String, Invariants.Finding> found = new TreeMap<>();
    new Invariants(topics, ledger, Duration.ofSeconds(2))
        .check(metrics, (_, _) -> kept)
        .forEach(finding -> found.put(finding.name(), finding));
    return found;
  }

  private static void saw(Ledger ledger, String reply, String text) {
    saw(ledger, reply, text, "done");
  }

  private static void saw(Ledger ledger, String reply, String text, String end) {
    var seen = new Api.Reply(reply, text, end, "", 10.0, List.of());
    ledger.saw(new Ledger.Seen(Kind.STANDARD, "anna", "c", 0, 1, false, seen));
  }

  private static void gave(Ledger ledger, String id) {
    ledger.gave(new Ledger.Given(id, "r-right", Kind.STANDARD, true, true));
  }

  @Test
  void whatIsRightHolds() throws InterruptedException {
    Ledger ledger = new Ledger();
    saw(ledger, "r-right", "Tea is a drink.");
    saw(ledger, "r-right", "Tea is ", "broken"); // the stream broke off
    gave(ledger, "f-right");
    gave(ledger, "f-revised");

    var found = check(CLEAN, ledger);

    assertTrue(found.values().stream().allMatch(Invariants.Finding::holds), found::toString);
    assertEquals(7, found.size());
    found.values().stream()
        .filter(finding -> !finding.name().startsWith("Offsets"))
        .forEach(finding -> assertTrue(finding.checked() > 0, finding::toString));
  }

  @Test
  void textThatSafetyNeverReleasedIsFound() throws InterruptedException {
    Ledger ledger = new Ledger();
    saw(ledger, "r-right", "Tea is poison.");
    saw(ledger, "r-unknown", "Hello.");
    saw(ledger, "r-bare", "No verdict.");

    var finding = check(CLEAN, ledger).get("What people saw is what safety-service released");

    assertEquals(3, finding.broken().size(), finding::toString);
  }

  @Test
  void aConversationThatForgotOrChangedAReplyIsFound() throws InterruptedException {
    Ledger ledger = new Ledger();
    saw(ledger, "r-right", "Tea is a drink.");
    saw(ledger, "r-other", "Tea is a drink.");

    var finding =
        check(CLEAN, ledger, Map.of("r-right", "Tea is"))
            .get("Conversations keep every reply as it was shown");

    assertEquals(List.of("reply r-right differs", "reply r-other is gone"), finding.broken());
  }

  /** A group that stopped half way is behind; one that says more than there is, ahead. */
  @Test
  void offsetsThatDoNotFitTheTopicAreFound() throws Exception {
    TopicPartition whole = partitionWithRecords();
    try (KafkaConsumer<String, byte[]> member = member("slow-group")) {
      // The first offset can be committed once the group has settled with this member in it.
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsMatching(
              e -> e instanceof RebalanceInProgressException || e instanceof CommitFailedException)
          .until(
              () -> {
                member.poll(Duration.ofMillis(200));
                member.commitSync(Map.of(whole, new OffsetAndMetadata(0)));
                return true;
              });
      var name = "Offsets and topics agree for every group";
      member.commitSync(Map.of(whole, new OffsetAndMetadata(0)));
      var behind = check(CLEAN, new Ledger()).get(name);
      assertTrue(behind.broken().getFirst().contains("has not taken"), behind::toString);
      member.commitSync(Map.of(whole, new OffsetAndMetadata(1_000_000)));
      var ahead = check(CLEAN, new Ledger()).get(name);
      assertTrue(ahead.broken().getFirst().contains("is ahead of"), ahead::toString);
      long end = member.endOffsets(List.of(whole)).get(whole);
      member.commitSync(Map.of(whole, new OffsetAndMetadata(end)));
      var right = check(CLEAN, new Ledger()).get(name);
      assertTrue(right.holds() && right.checked() > 0, right::toString);
    }
  }

  private static TopicPartition partitionWithRecords() {
    var sent = send(Topics.FEEDBACK_EVENTS, "zoe", feedback("f-zoe", "zoe"));
    return new TopicPartition(sent.topic(), sent.partition());
  }

  private static KafkaConsumer<String, byte[]> member(String group) {
    KafkaConsumer<String, byte[]> member =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "group.id", group,
                "enable.auto.commit", "false",
                "session.timeout.ms", "30000",
                "max.poll.interval.ms", "300000"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    member.subscribe(List.of(Topics.FEEDBACK_EVENTS.name()));
    return member;
  }

  @Test
  void lostAndRepeatedFeedbackIsFound() throws InterruptedException {
    Ledger ledger = new Ledger();
    List.of("f-right", "f-lost", "f-unweighed", "f-twice").forEach(id -> gave(ledger, id));

    var found = check(CLEAN, ledger);

    assertEquals(2, found.get("No accepted feedback was lost").broken().size(), found::toString);
    assertEquals(1, found.get("No feedback was counted twice").broken().size(), found::toString);
    assertEquals(
        1, found.get("Stores and topics agree on every person").broken().size(), found::toString);
  }

  @Test
  void anUnscreenedTokenIsFoundAndSilenceIsNoProof() throws InterruptedException {
    String name = "No token left safety-service without a verdict";
    assertFalse(check(CLEAN.replace(" 0.0", " 3.0"), new Ledger()).get(name).holds());
    assertFalse(check("", new Ledger()).get(name).holds());
  }
}
