package dev.heed.inference.importing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Derives the merges of a SentencePiece vocabulary: every way to make a token of two others, best
 * score of the result first.
 */
final class SentencePieceMerges {

  private static final String SCORES = "tokenizer.ggml.scores";

  /** A merge is tried at each place of a token; no real token is longer than this. */
  private static final int MAX_TOKEN = 256;

  private record Merge(int left, int right, int result, float score) {}

  private final GgufMetadata meta;
  private final Vocabulary vocabulary;

  SentencePieceMerges(GgufMetadata meta, Vocabulary vocabulary) {
    this.meta = meta;
    this.vocabulary = vocabulary;
  }

  List<List<String>> merges() throws GgufException {
    float[] scores = meta.floats(SCORES);
    List<String> tokens = vocabulary.tokens();
    if (scores.length != tokens.size()) {
      throw meta.wrong(SCORES, "has " + scores.length + " items for " + tokens.size() + " tokens");
    }
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (vocabulary.types()[id] == Vocabulary.NORMAL) {
        addSplits(id, scores[id], merges);
      }
    }
    merges.sort(
        Comparator.comparing(Merge::score, Comparator.reverseOrder())
            .thenComparingInt(Merge::result)
            .thenComparingInt(Merge::left)
            .thenComparingInt(Merge::right));
    return merges.stream()
        .map(merge -> List.of(tokens.get(merge.left), tokens.get(merge.right)))
        .toList();
  }

  private void addSplits(int id, float score, List<Merge> merges) throws GgufException {
    String token = vocabulary.tokens().get(id);
    if (token.length() > MAX_TOKEN) {
      throw meta.wrong("tokenizer.ggml.tokens", "token " + id + " is longer than " + MAX_TOKEN);
    }
    Map<String, Integer> ids = vocabulary.ids();
    for (int at = token.offsetByCodePoints(0, token.isEmpty() ? 0 : 1);
        at > 0 && at < token.length();
        at = token.offsetByCodePoints(at, 1)) {
      Integer left = ids.get(token.substring(0, at));
      Integer right = ids.get(token.substring(at));
      if (left != null && right != null && isNormal(left) && isNormal(right)) {
        merges.add(new Merge(left, right, id, score));
      }
    }
  }

  private boolean isNormal(int id) {
    return vocabulary.types()[id] == Vocabulary.NORMAL;
  }
}
