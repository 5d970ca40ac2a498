package dev.heed.inference.drafting;

import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.generation.ReplyListener;
import dev.heed.inference.generation.TokenChance;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a reply into chunks: the first one small, so that it shows soon; then at the ends of
 * clauses, or after a few tokens. Each chunk is screened as one piece, so fewer are cheaper and
 * more are sooner.
 */
public final class DraftChunker implements ReplyListener {

  private static final int FIRST_TOKENS = 6;
  private static final int MOST_TOKENS = 12;
  private static final int LEAST_TOKENS = 2;
  private static final String CLAUSE_ENDS =
      ".,;:!?\n\u3002\uFF0C\uFF1B\uFF1A\uFF01\uFF1F\u3001\u2026";

  /** Takes the chunks of one reply. */
  public interface Output {

    /**
     * A chunk, not the last one.
     *
     * @param chances of its tokens, when they were asked for
     */
    void chunk(String text, int completionTokens, List<TokenChance> chances);

    /** The last chunk; its text may be empty. */
    void last(String text, Finish finish, Tally tally, List<TokenChance> chances);
  }

  private final Output output;
  private final StringBuilder held = new StringBuilder();
  private final List<TokenChance> chances = new ArrayList<>();
  private int tokensAtCut;
  private boolean first = true;

  public DraftChunker(Output output) {
    this.output = output;
  }

  @Override
  public void text(String text, int completionTokens) {
    held.append(text);
    int tokens = completionTokens - tokensAtCut;
    boolean full = tokens >= (first ? FIRST_TOKENS : MOST_TOKENS);
    if (!held.isEmpty() && (full || (tokens >= LEAST_TOKENS && endsClause()))) {
      output.chunk(held.toString(), completionTokens, List.copyOf(chances));
      held.setLength(0);
      chances.clear();
      tokensAtCut = completionTokens;
      first = false;
    }
  }

  @Override
  public void chance(TokenChance chance) {
    chances.add(chance);
  }

  /** Without the tokens of a stop string, which is not part of the reply. */
  private List<TokenChance> shown() {
    int length = 0;
    int count = 0;
    while (count < chances.size() && length < held.length()) {
      length += chances.get(count++).token().length();
    }
    return List.copyOf(chances.subList(0, count));
  }

  private boolean endsClause() {
    int end = held.length() - 1;
    while (end >= 0 && held.charAt(end) == ' ') {
      end--;
    }
    return end >= 0 && CLAUSE_ENDS.indexOf(held.charAt(end)) >= 0;
  }

  @Override
  public void finished(Finish finish, Tally tally) {
    output.last(held.toString(), finish, tally, shown());
  }
}
