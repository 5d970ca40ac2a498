package dev.heed.feedback.cli;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code heed feedback export}: what the topics still hold, with the texts it is about. What was
 * retracted or erased is left out, and without --all also what people did not agree to share.
 */
@Command(name = "export", description = "Writes the feedback of the topics as lines.")
final class ExportCommand implements Callable<Integer> {

  @Option(names = "--format", defaultValue = "HEED", description = "HEED, ARGILLA, OPENAI")
  Format format;

  @Option(
      names = "--bootstrap",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
      description = "host:port of Kafka")
  String bootstrap;

  @Option(names = "--all", description = "Also of conversations without consent to share.")
  boolean all;

  private final EventCodec codec = EventCodec.ofKnown();
  private final Map<String, FeedbackGiven> feedback = new LinkedHashMap<>();
  private final Map<String, String> prompts = new HashMap<>();
  private final Map<String, String> replies = new HashMap<>();

  @Override
  public Integer call() {
    if (format == Format.PARLAI) {
      System.err.println("heed feedback export: PARLAI is only read");
      return 2;
    }
    read(Topics.FEEDBACK_EVENTS, this::take);
    read(Topics.TURNS, this::turn);
    read(Topics.REPLIES, this::reply);
    for (FeedbackGiven given : feedback.values()) {
      if (all || given.getShareConsent()) {
        Exporting.line(format, said(given)).ifPresent(System.out::println);
      }
    }
    return 0;
  }

  private void take(SpecificRecord event) {
    switch (event) {
      case FeedbackGiven given when given.getKind() == FeedbackKind.RETRACT ->
          feedback.computeIfPresent(
              String.valueOf(given.getRetracts()),
              (_, kept) -> kept.getPseudonym().equals(given.getPseudonym()) ? null : kept);
      case FeedbackGiven given -> feedback.put(given.getFeedbackId(), given);
      case PersonRequest request when request.getKind() == PersonRequestKind.ERASURE ->
          feedback.values().removeIf(g -> g.getPseudonym().equals(request.getPseudonym()));
      default -> {} // appeals
    }
  }

  private void turn(SpecificRecord event) {
    if (event instanceof TurnSubmitted turn && !turn.getMessages().isEmpty()) {
      prompts.put(turn.getReplyId(), turn.getMessages().getLast().getText());
    }
  }

  private void reply(SpecificRecord event) {
    if (event instanceof ReplyChunk chunk && chunk.getWholeText() != null) {
      replies.put(chunk.getReplyId(), chunk.getWholeText());
    }
  }

  private Said said(FeedbackGiven given) {
    return new Said(
        given.getFeedbackId(),
        given.getPseudonym(),
        given.getConversationId(),
        given.getTurnId(),
        given.getReplyId(),
        given.getKind().name().toLowerCase(Locale.ROOT),
        given.getLabel(),
        given.getReasons(),
        given.getComment(),
        given.getBetterAnswer(),
        prompts.get(given.getReplyId()),
        replies.get(given.getReplyId()),
        replies.get(given.getOtherReplyId()),
        given.getAt().toString());
  }

  private void read(Topic topic, Consumer<SpecificRecord> sink) {
    TopicContents.read(
        Map.of("bootstrap.servers", bootstrap),
        List.of(topic.name()),
        Duration.ofHours(1),
        record -> {
          try {
            sink.accept(codec.decode(record.value()));
          } catch (UnreadableEventException e) {
            System.err.println("heed feedback export: a record of " + topic.name() + " is skipped");
          }
        });
  }
}
