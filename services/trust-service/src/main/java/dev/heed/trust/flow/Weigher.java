package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.trust.config.TrustConfig;
import dev.heed.trust.metrics.TrustMeters;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/**
 * Sends each record of a partition to the part that it is for. A record that cannot be processed,
 * for whatever reason, changes nothing, goes to the dead letters with the cause, and the next one
 * is taken.
 */
final class Weigher implements Processor<String, byte[], String, byte[]> {

  private static final Logger LOG = Logger.getLogger(Weigher.class);

  private final EventCodec codec;
  private final TrustMeters meters;
  private final TrustConfig config;
  private ProcessorContext<String, byte[]> context;
  private Work work;
  private People people;
  private Ratings ratings;
  private Questions questions;
  private Ages ages;

  Weigher(EventCodec codec, TrustMeters meters, TrustConfig config) {
    this.codec = codec;
    this.meters = meters;
    this.config = config;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    work = new Work(codec, meters, config, context);
    ages = new Ages(work);
    people = new People(work, ages);
    questions = new Questions(work);
    ratings = new Ratings(work, people, questions);
    work.commit();
    context.schedule(config.expireEvery(), PunctuationType.WALL_CLOCK_TIME, _ -> expire());
  }

  private void expire() {
    try {
      int looked = ages.expire();
      work.commit();
      meters.expired(looked);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      work.discard();
      LOG.errorf("old entries could not leave the stores (%s)", e.getClass().getName());
    }
  }

  @Override
  public void process(Record<String, byte[]> record) {
    try {
      work.begin(record);
      SpecificRecord event = codec.decode(record.value());
      belongs(event);
      handle(event);
      work.commit();
    } catch (UnreadableEventException e) {
      bury(record, e.getMessage());
    } catch (KafkaException e) {
      throw e; // Kafka's own troubles are not the record's
    } catch (RuntimeException e) {
      work.discard();
      StackTraceElement[] trace = e.getStackTrace();
      // Never the message: it may hold what a person wrote.
      bury(record, e.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]));
    }
  }

  /** Who may write one topic must not thereby write what only another's writer may say. */
  private void belongs(SpecificRecord event) {
    String topic = context.recordMetadata().map(RecordMetadata::topic).orElse("");
    if (Topics.ALL.stream()
        .filter(known -> known.name().equals(topic))
        .noneMatch(known -> known.events().contains(event.getClass()))) {
      throw new UnreadableEventException(
          "a " + event.getSchema().getName() + " where it does not belong");
    }
  }

  private void handle(SpecificRecord event) {
    switch (event) {
      case FeedbackGiven feedback -> ratings.take(feedback);
      case TurnScreened verdict -> {
        people.judge(verdict);
        questions.handOver(verdict);
      }
      case ReviewTask task -> ratings.review(task);
      case PersonRequest request -> people.request(request, ratings);
      default -> {} // nothing else is written there
    }
  }

  private void bury(Record<String, byte[]> record, String cause) {
    meters.deadLetter();
    Headers headers = record.headers();
    headers.add("dead-letter-reason", cause.getBytes(StandardCharsets.UTF_8));
    context.forward(record.withHeaders(headers), TrustTopology.DEAD);
  }
}
