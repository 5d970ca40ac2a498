package dev.heed.inference.generation;

import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.TokenOdds;
import dev.heed.inference.batching.TokenSink;
import dev.heed.inference.text.Detokenizer;
import dev.heed.inference.text.StopStrings;
import dev.heed.inference.text.TextTokenizer;
import java.util.List;

/** Turns one sequence's tokens into text, and ends it at a stop string. */
final class TextSink implements TokenSink {

  private final TextTokenizer tokenizer;
  private final Detokenizer detokenizer;
  private final StopStrings stops;
  private final ReplyListener listener;
  private int tokens;

  TextSink(TextTokenizer tokenizer, List<String> stops, ReplyListener listener) {
    this.tokenizer = tokenizer;
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
  public boolean accept(int token, TokenOdds odds) {
    List<TokenChance> top = odds.top().stream().map(o -> chance(o, List.of())).toList();
    listener.chance(chance(odds.drawn(), top));
    return accept(token);
  }

  private TokenChance chance(TokenOdds.Odds odds, List<TokenChance> top) {
    return new TokenChance(tokenizer.text(odds.token()), odds.logprob(), top);
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
