package dev.heed.inference.serving;

import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.drafting.DraftChunker;
import dev.heed.inference.generation.TokenChance;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.TokenLogprob;
import dev.heed.schemas.events.TopLogprob;
import dev.heed.schemas.events.Usage;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Writes one attempt at one reply as chunks; each carries the text before it. */
final class DraftReply implements DraftChunker.Output {

  private static final int CONTEXT_CHARACTERS = 4_000;

  private final PromptScreened prompt;
  private final ModelRef model;
  private final int attempt;
  private final int promptTokens;
  private final String context;
  private final Function<DraftChunk, CompletionStage<Void>> writer;
  private final StringBuilder whole = new StringBuilder();
  private final CompletableFuture<Finish> end = new CompletableFuture<>();
  private CompletionStage<Void> written = CompletableFuture.completedFuture(null);
  private int sequence;

  DraftReply(
      PromptScreened prompt,
      ModelRef model,
      int attempt,
      int promptTokens,
      Function<DraftChunk, CompletionStage<Void>> writer) {
    this.prompt = prompt;
    this.model = model;
    this.attempt = attempt;
    this.promptTokens = promptTokens;
    this.writer = writer;
    context = contextOf(prompt.getMessages());
  }

  private static String contextOf(List<Message> messages) {
    String text = messages.isEmpty() ? "" : messages.getLast().getText();
    int from = Math.max(0, text.length() - CONTEXT_CHARACTERS);
    if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  /** Ends when Kafka has all chunks; HANDED_OVER when another pod shall write the reply. */
  CompletionStage<Finish> end() {
    return end;
  }

  @Override
  public void chunk(String text, int completionTokens, List<TokenChance> chances) {
    write(
        builder(text, new Usage(promptTokens, completionTokens, 0)).setLogprobs(logprobs(chances)));
  }

  @Override
  public void last(String text, Finish finish, Tally tally, List<TokenChance> chances) {
    if (finish != Finish.HANDED_OVER) {
      var usage = new Usage(tally.promptTokens(), tally.completionTokens(), tally.cachedTokens());
      write(
          builder(text, usage)
              .setLogprobs(logprobs(chances))
              .setLast(true)
              .setFinishReason(reason(finish))
              .setError(error(finish)));
    }
    complete(finish);
  }

  private static List<TokenLogprob> logprobs(List<TokenChance> chances) {
    return chances.stream()
        .map(
            c ->
                new TokenLogprob(
                    c.token(),
                    c.logprob(),
                    c.top().stream().map(t -> new TopLogprob(t.token(), t.logprob())).toList()))
        .toList();
  }

  /** A reply that is not begun. */
  void fail(String code, FinishReason reason) {
    write(
        builder("", new Usage(promptTokens, 0, 0))
            .setLast(true)
            .setFinishReason(reason)
            .setError(code));
    complete(Finish.ERROR);
  }

  private void complete(Finish finish) {
    var unused =
        written.whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                end.complete(finish);
              } else {
                end.completeExceptionally(failure);
              }
            });
  }

  private void write(DraftChunk.Builder chunk) {
    CompletionStage<Void> next = writer.apply(chunk.build());
    written = written.thenCombine(next, (a, b) -> null);
  }

  private DraftChunk.Builder builder(String text, Usage usage) {
    DraftChunk.Builder chunk =
        DraftChunk.newBuilder()
            .setConversationId(prompt.getConversationId())
            .setTurnId(prompt.getTurnId())
            .setReplyId(prompt.getReplyId())
            .setPseudonym(prompt.getPseudonym())
            .setReplica(prompt.getReplica())
            .setTenant(prompt.getTenant())
            .setAttempt(attempt)
            .setSequence(sequence++)
            .setText(text)
            .setPreceding(whole.toString())
            .setContext(context)
            .setUsage(usage)
            .setModel(model)
            .setShareConsent(prompt.getShareConsent())
            .setWrittenAt(Instant.now())
            .setDeadline(prompt.getDeadline());
    whole.append(text);
    return chunk;
  }

  private static FinishReason reason(Finish finish) {
    return switch (finish) {
      case STOP -> FinishReason.STOP;
      case LENGTH -> FinishReason.LENGTH;
      case CANCELLED -> FinishReason.CANCELLED;
      case DEADLINE -> FinishReason.DEADLINE;
      case ERROR, HANDED_OVER -> FinishReason.ERROR;
    };
  }

  private static String error(Finish finish) {
    return switch (finish) {
      case DEADLINE -> "deadline";
      case ERROR -> "model_error";
      case STOP, LENGTH, CANCELLED, HANDED_OVER -> null;
    };
  }
}
