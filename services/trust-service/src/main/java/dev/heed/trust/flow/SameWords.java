package dev.heed.trust.flow;

import dev.heed.trust.reliability.Newest;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Finds accounts that write the same words in their comments.
 *
 * <p>A memory of the newest, by partition; a restart begins anew. Not safe for several threads.
 */
final class SameWords {

  /** Accounts that may say the same by chance, plus one. */
  static final int ACCOUNTS = 3;

  private static final int ACCOUNTS_OF_A_TEXT = 16;
  private static final int TEXTS = 20_000;
  private static final int SHINGLE = 3;
  private static final int BANDS = 5;
  private static final int ROWS = 3;
  private static final int FEW_WORDS = 4;

  private final Map<Long, Set<String>> texts = Newest.of(TEXTS);

  /**
   * Looks at a comment. Near-identical texts share the smallest hashes of their shingles in one of
   * the bands (Broder 1997): of two texts with four of five shingles in common 97 % are found, of
   * two with three of ten 13 %, and it takes {@value #ACCOUNTS} accounts.
   *
   * @param text null: none
   * @return the accounts that said nearly the same, this one among them; empty: fewer than it takes
   */
  Set<String> comment(String user, String text) {
    Set<String> same = new HashSet<>();
    String[] words =
        text == null
            ? new String[0]
            : text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip().split(" ");
    if (words.length < FEW_WORDS) {
      return same;
    }
    for (int band = 0; band < BANDS; band++) {
      long bucket = band;
      for (int row = 0; row < ROWS; row++) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i + SHINGLE <= words.length; i++) {
          least = Math.min(least, hash(ROWS * band + row, words, i));
        }
        bucket = bucket * 0x1_0000_01b3L + least;
      }
      Set<String> users = texts.computeIfAbsent(bucket, _ -> new HashSet<>());
      if (users.size() < ACCOUNTS_OF_A_TEXT) {
        users.add(user);
      }
      if (users.size() >= ACCOUNTS) {
        same.addAll(users);
        same.add(user);
      }
    }
    return same;
  }

  private static long hash(int band, String[] words, int from) {
    CRC32C sum = new CRC32C();
    sum.update(band);
    for (int i = from; i < from + SHINGLE; i++) {
      sum.update(words[i].getBytes(StandardCharsets.UTF_8));
      sum.update(' ');
    }
    return sum.getValue();
  }

  /** Forgets a person. */
  void erase(String user) {
    texts.values().forEach(users -> users.remove(user));
  }
}
