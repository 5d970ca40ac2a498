package dev.heed.feedback.kafka;

import dev.heed.feedback.config.FeedbackConfig;
import dev.heed.feedback.http.Problem;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventMessages;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.PersonRequest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Semaphore;
import org.apache.avro.specific.SpecificRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.jboss.logging.Logger;

/** Writes {@code feedback.events}; a piece of feedback is accepted when Kafka has confirmed it. */
@ApplicationScoped
public class FeedbackLog {

  private static final Logger LOG = Logger.getLogger(FeedbackLog.class);

  private final MutinyEmitter<byte[]> emitter;
  private final EventCodec codec;
  private final FeedbackConfig config;
  private final Semaphore waiting;

  FeedbackLog(
      @Channel("feedback-events") MutinyEmitter<byte[]> emitter,
      EventCodec codec,
      FeedbackConfig config) {
    this.emitter = emitter;
    this.codec = codec;
    this.config = config;
    this.waiting = new Semaphore(config.maxWaiting());
  }

  /**
   * Returns once all in-sync replicas have it.
   *
   * @throws Problem 503 when too many wait, or when Kafka does not confirm in time
   */
  public void append(FeedbackGiven given) {
    append(given.getPseudonym(), given);
  }

  /** The same, of what a person asks of their own record. */
  public void append(PersonRequest request) {
    append(request.getPseudonym(), request);
  }

  private void append(String pseudonym, SpecificRecord event) {
    if (!waiting.tryAcquire()) {
      throw Problem.overloaded();
    }
    try {
      var message =
          EventMessages.message(codec, Topics.FEEDBACK_EVENTS, pseudonym, event, Topics.FEEDBACK);
      emitter.sendMessage(message).await().atMost(config.ackTimeout());
    } catch (RuntimeException e) {
      LOG.warnf("Kafka did not confirm a piece of feedback (%s)", e.getClass().getName());
      throw Problem.notConfirmed();
    } finally {
      waiting.release();
    }
  }
}
