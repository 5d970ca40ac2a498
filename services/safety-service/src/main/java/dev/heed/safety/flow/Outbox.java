package dev.heed.safety.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventMessages;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnScreened;
import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.avro.specific.SpecificRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** The four topics that safety-service writes. Each stage ends when Kafka has the record. */
@ApplicationScoped
class Outbox {

  private static final int BUFFER = 4096;

  private final EventCodec codec;
  private final MutinyEmitter<byte[]> prompts;
  private final MutinyEmitter<byte[]> replies;
  private final MutinyEmitter<byte[]> verdicts;
  private final MutinyEmitter<byte[]> controls;

  Outbox(
      EventCodec codec,
      @Channel("prompts") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
          MutinyEmitter<byte[]> prompts,
      @Channel("replies") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
          MutinyEmitter<byte[]> replies,
      @Channel("verdicts") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
          MutinyEmitter<byte[]> verdicts,
      @Channel("controls") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
          MutinyEmitter<byte[]> controls) {
    this.codec = codec;
    this.prompts = prompts;
    this.replies = replies;
    this.verdicts = verdicts;
    this.controls = controls;
  }

  CompletionStage<Void> prompt(PromptScreened event, Context trace) {
    return send(prompts, Topics.PROMPTS, event.getConversationId(), event, trace);
  }

  CompletionStage<Void> reply(ReplyChunk event, Context trace) {
    return send(replies, Topics.REPLIES, event.getConversationId(), event, trace);
  }

  CompletionStage<Void> verdict(TurnScreened event, Context trace) {
    return send(verdicts, Topics.VERDICTS, event.getPseudonym(), event, trace);
  }

  CompletionStage<Void> cancel(ReplyCancelled event, Context trace) {
    return send(controls, Topics.CONTROLS, event.getConversationId(), event, trace);
  }

  private CompletionStage<Void> send(
      MutinyEmitter<byte[]> emitter, Topic topic, String key, SpecificRecord event, Context trace) {
    return emitter
        .sendMessage(EventMessages.message(codec, topic, key, event, Topics.SAFETY, trace))
        .subscribeAsCompletionStage();
  }
}
