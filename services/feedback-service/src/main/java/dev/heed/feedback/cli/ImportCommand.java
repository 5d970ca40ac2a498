package dev.heed.feedback.cli;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.SchemaExchange;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heed feedback import}: other systems' feedback as lines of ours, or as events. */
@Command(
    name = "import",
    description = {
      "Reads feedback on standard input; writes lines of Heed's format, or with --bootstrap events.",
      "The same line again is the same feedback: importing twice counts once."
    })
final class ImportCommand implements Callable<Integer> {

  @Option(names = "--format", defaultValue = "HEED", description = "${COMPLETION-CANDIDATES}")
  Format format;

  @Option(names = "--bootstrap", description = "host:port of Kafka; then events are written.")
  String bootstrap;

  @Override
  public Integer call() throws IOException, ExecutionException, InterruptedException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (bootstrap == null) {
      return lines(in, said -> System.out.println(Exporting.line(Format.HEED, said).orElseThrow()));
    }
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap, "acks", "all");
    EventCodec codec = EventCodec.ofKnown();
    try (var exchange = new SchemaExchange(kafka, Topics.FEEDBACK, SchemaCatalog.ofKnown());
        var producer =
            new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      int code =
          lines(
              in,
              said -> {
                FeedbackGiven given = event(said);
                var record =
                    EventRecords.record(
                        codec,
                        Topics.FEEDBACK_EVENTS,
                        given.getPseudonym(),
                        given,
                        Topics.FEEDBACK);
                producer.send(record).get();
              });
      return code;
    }
  }

  /** Takes a piece of feedback. */
  private interface Sink {
    void take(Said said) throws ExecutionException, InterruptedException;
  }

  private int lines(BufferedReader in, Sink sink)
      throws IOException, ExecutionException, InterruptedException {
    Importing importing = new Importing();
    long number = 0;
    long taken = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        for (Said said : importing.read(format, line)) {
          sink.take(said);
          taken++;
        }
      } catch (IllegalArgumentException e) {
        System.err.println("heed feedback import: line " + number + ": " + e.getMessage());
        return 1;
      }
    }
    System.err.println(taken + " pieces of feedback in " + number + " lines");
    return 0;
  }

  /** As an event; what has no id of ours gets one that its content determines. */
  static FeedbackGiven event(Said said) {
    FeedbackKind kind =
        Optional.ofNullable(said.kind())
            .map(name -> FeedbackKind.valueOf(name.toUpperCase(Locale.ROOT)))
            .orElseThrow(() -> new IllegalArgumentException("kind is missing"));
    if (kind == FeedbackKind.REVIEW || kind == FeedbackKind.UNKNOWN) {
      throw new IllegalArgumentException("that kind is not imported: it would be gold");
    }
    String user = said.user() == null ? "unknown" : said.user();
    String about = said.prompt() + "\u0000" + said.reply();
    return FeedbackGiven.newBuilder()
        .setFeedbackId(or(said.feedbackId(), user, kind.name(), about, said.label()))
        .setPseudonym("import_" + hash(user).substring(0, 22))
        .setConversationId(or(said.conversationId(), "conversation", about))
        .setTurnId(or(said.turnId(), "turn", about))
        .setReplyId(or(said.replyId(), "reply", about))
        .setKind(kind)
        .setLabel(said.label())
        .setReasons(said.reasons())
        .setComment(said.comment())
        .setBetterAnswer(said.betterAnswer())
        .setAt(time(said.at()))
        .build();
  }

  private static Instant time(String at) {
    try {
      return at == null ? Instant.now() : Instant.parse(at);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("at is no time");
    }
  }

  private static String or(String id, String... content) {
    if (id != null) {
      return id;
    }
    String hash = hash(String.join("\u0001", content));
    // A UUIDv7 of the epoch: sorts before all others, and is the same for the same content.
    return "00000000-0000-7%s-8%s-%s"
        .formatted(hash.substring(0, 3), hash.substring(3, 6), hash.substring(6, 18));
  }

  private static String hash(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
