package dev.heed.inference.generation;

import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.TokenSink;
import dev.heed.inference.text.Detokenizer;
import dev.heed.inference.text.StopStrings;
import dev.heed.inference.text.TextTokenizer;
import java.util.List;

/** Turns one sequence's tokens into text, and ends it at a stop string. */
final class TextSink implements TokenSink {

  private final Detokenizer detokenizer;
  private final StopStrings stops;
  private final ReplyListener listener;
  private int tokens;

  TextSink(TextTokenizer tokenizer, List<String> stops, ReplyListener listener) {
    detokenizer = new Detokenizer(tokenizer);
    this.stops = new StopStrings(stops);
    this.listener = listener;
  }

  @Override
  public boolean accept(int token) {
    listener.text(stops.accept(detokenizer.accept(token)), ++tokens);
    return !stops.hit();
  }

  @Override
  public void finished(Finish finish, Tally tally) {
    if (!stops.hit()) {
      String rest = stops.accept(detokenizer.finish()) + stops.finish();
      if (!rest.isEmpty()) {
        listener.text(rest, tokens);
      }
    }
    listener.finished(finish, tally);
  }
}
