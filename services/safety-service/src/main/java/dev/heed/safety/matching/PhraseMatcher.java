package dev.heed.safety.matching;

import com.hankcs.algorithm.AhoCorasickDoubleArrayTrie;
import dev.heed.safety.screening.Rater;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds listed phrases in a text at word boundaries, however they are disguised, with Aho-Corasick
 * automata: one over words, one over spelt-out letters ("k i l l"). Linear in the text.
 */
public final class PhraseMatcher implements Rater {

  /** A spelt-out or glued phrase shorter than this is too likely chance. */
  private static final int MIN_SPELT = 4;

  /** Nobody spells out more; longer phrases contain a shorter one or are found as words. */
  private static final int MAX_SPELT = 20;

  private static final int MIN_GLUED = 8;

  /** Allowed spans that may end beyond a hit and still hold it. */
  private static final int MAX_SPANS = 16;

  private final AhoCorasickDoubleArrayTrie<List<Phrase>> automaton =
      new AhoCorasickDoubleArrayTrie<>();
  private final AhoCorasickDoubleArrayTrie<List<Phrase>> spelt = new AhoCorasickDoubleArrayTrie<>();
  private final Map<String, List<Phrase>> glued = new HashMap<>();
  private final Words words;
  private final boolean besideClassifier;

  private PhraseMatcher(PhraseLists lists, boolean besideClassifier) {
    this.besideClassifier = besideClassifier;
    TreeMap<String, List<Phrase>> padded = new TreeMap<>();
    TreeMap<String, List<Phrase>> joined = new TreeMap<>();
    Set<String> vocabulary = new HashSet<>();
    lists
        .phrases()
        .forEach(
            (text, meanings) -> {
              padded.put(" " + text + " ", meanings);
              vocabulary.addAll(List.of(text.split(" ")));
              String tight = text.replace(" ", "");
              if (tight.length() >= MIN_SPELT
                  && tight.length() <= MAX_SPELT
                  && !meanings.getFirst().allows()) {
                joined.put(tight, meanings);
                if (tight.length() >= MIN_GLUED && text.indexOf(' ') > 0) {
                  glued.put(tight, meanings);
                }
              }
            });
    automaton.build(padded);
    spelt.build(joined);
    words = new Words(vocabulary);
  }

  /**
   * The matcher with the lists that come with Heed.
   *
   * @param besideClassifier a classifier judges the same text: phrases that can be quoted or
   *     reclaimed then only hint
   */
  public static PhraseMatcher standard(boolean besideClassifier) {
    return new PhraseMatcher(PhraseLists.standard(), besideClassifier);
  }

  static PhraseMatcher of(PhraseLists lists) {
    return new PhraseMatcher(lists, false);
  }

  @Override
  public Rating rate(Subject subject) {
    Map<String, Double> scores = new HashMap<>();
    String folded = Folding.fold(subject.text());
    StringBuilder line = new StringBuilder(folded.length() + 2).append(' ');
    StringBuilder letters = new StringBuilder();
    int end;
    for (int from = 0; from < folded.length(); from = end + 1) {
      end = folded.indexOf(' ', from);
      end = end < 0 ? folded.length() : end;
      if (end - from == 1 && Character.isLetter(folded.charAt(from))) {
        letters.append(folded.charAt(from));
      } else if (!letters.isEmpty()) {
        spelt(letters, subject.role(), scores);
        letters.setLength(0);
      }
      word(folded, from, end, line, subject.role(), scores);
    }
    spelt(letters, subject.role(), scores);
    search(line, subject.role(), scores);
    return rating(scores);
  }

  /** Appends what a token means; most are short and plain, and stay as they are. */
  private void word(
      String text, int from, int end, StringBuilder line, Role role, Map<String, Double> scores) {
    if (end - from < MIN_GLUED && Words.isPlain(text, from, end)) {
      line.append(text, from, end);
    } else {
      String word = words.reveal(text.substring(from, end));
      glued.getOrDefault(word, List.of()).forEach(p -> count(p, role, scores));
      line.append(word);
    }
    line.append(' ');
  }

  private void search(CharSequence line, Role role, Map<String, Double> scores) {
    List<int[]> allowed = new ArrayList<>();
    List<int[]> found = new ArrayList<>();
    List<List<Phrase>> meanings = new ArrayList<>();
    automaton.parseText(
        line,
        (begin, end, meaning) -> {
          if (meaning.getFirst().allows()) {
            allowed.add(new int[] {begin, end});
          } else {
            found.add(new int[] {begin, end});
            meanings.add(meaning);
          }
        });
    for (int i = 0; i < found.size(); i++) {
      int[] hit = found.get(i);
      if (!covered(hit, allowed)) {
        meanings.get(i).forEach(phrase -> count(phrase, role, scores));
      }
    }
  }

  private static boolean covered(int[] hit, List<int[]> allowed) {
    // First allowed span that ends at or after the hit's end; spans are short, few can start
    // before.
    int low = 0;
    int high = allowed.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (allowed.get(middle)[1] < hit[1]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int limit = Math.min(allowed.size(), low + MAX_SPANS);
    for (int i = low; i < limit; i++) {
      if (allowed.get(i)[0] <= hit[0]) {
        return true;
      }
    }
    return false;
  }

  private void spelt(CharSequence letters, Role role, Map<String, Double> scores) {
    int length = letters.length();
    if (length < MIN_SPELT) {
      return;
    }
    spelt.parseText(
        letters,
        (begin, end, meaning) -> {
          // A short word in the middle of letters is chance; at an end, or long, it was spelt.
          if (begin == 0 || end == length || end - begin >= MIN_GLUED) {
            meaning.forEach(phrase -> count(phrase, role, scores));
          }
        });
  }

  private void count(Phrase phrase, Role role, Map<String, Double> scores) {
    if (phrase.roles().contains(role)) {
      scores.merge(
          phrase.category(), besideClassifier ? phrase.beside() : phrase.alone(), Math::max);
    }
  }

  private static Rating rating(Map<String, Double> scores) {
    double unsafe = 0;
    for (var score : scores.entrySet()) {
      if (!score.getKey().startsWith("sensitive.")) {
        unsafe = Math.max(unsafe, score.getValue());
      }
    }
    return scores.isEmpty() ? Rating.NOTHING : new Rating(unsafe, scores);
  }
}
