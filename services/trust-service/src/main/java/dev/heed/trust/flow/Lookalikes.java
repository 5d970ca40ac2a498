package dev.heed.trust.flow;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Finds accounts that act as one: the same labels on the same items at nearly the same time, again
 * and again, or the same words in their comments. Such accounts speak once on an item.
 *
 * <p>A memory of the newest, by partition; a restart begins anew, and what merged before stays so
 * where it was said. Not safe for several threads.
 */
final class Lookalikes {

  /** Items on which two must agree at once, more often than they differ. */
  static final int TOGETHER = 3;

  /** Accounts that may say the same by chance, less one. */
  static final int SAME_WORDS = 3;

  private static final long CLOSE_MILLIS = 10 * 60 * 1000L;
  private static final int ITEMS = 4096;
  private static final int SAYS_OF_AN_ITEM = 16;
  private static final int PAIRS = 50_000;
  private static final int GROUPED = 50_000;
  private static final int TEXTS = 20_000;
  private static final int SHINGLE = 3;
  private static final int BANDS = 5;
  private static final int ROWS = 3;
  private static final int FEW_WORDS = 4;

  /** What somebody said of an item. */
  private record Say(String user, int label, long at) {}

  private final Map<String, List<Say>> items = newestOf(ITEMS);
  private final Map<String, Integer> pairs = newestOf(PAIRS);
  private final Map<String, String> groups = newestOf(GROUPED);
  private final Map<Long, Set<String>> texts = newestOf(TEXTS);

  private static <K, V> Map<K, V> newestOf(int count) {
    return new LinkedHashMap<>(64, .75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > count;
      }
    };
  }

  /** Looks at a rating; the group of its giver, if they have one. */
  Optional<String> rated(FeedbackGiven given, String item, int label) {
    String user = given.getPseudonym();
    List<Say> said = items.computeIfAbsent(item, _ -> new ArrayList<>());
    long at = given.getAt().toEpochMilli();
    for (Say other : said) {
      if (!other.user().equals(user) && Math.abs(other.at() - at) <= CLOSE_MILLIS) {
        together(user, other.user(), other.label() == label);
      }
    }
    said.removeIf(other -> other.user().equals(user));
    if (said.size() < SAYS_OF_AN_ITEM) {
      said.add(new Say(user, label, at));
    }
    comment(user, given.getComment());
    return Optional.ofNullable(groups.get(user));
  }

  private void together(String a, String b, boolean same) {
    String pair = a.compareTo(b) < 0 ? a + "/" + b : b + "/" + a;
    int times = Math.max(0, pairs.getOrDefault(pair, 0) + (same ? 1 : -1));
    pairs.put(pair, times);
    if (times >= TOGETHER) {
      merge(a, b);
    }
  }

  private void merge(String a, String b) {
    String ofA = groups.get(a);
    String ofB = groups.get(b);
    String group = ofA != null ? ofA : ofB != null ? ofB : "like:" + Uuid7.randomString();
    groups.put(a, group);
    groups.put(b, group);
    if (ofA != null && ofB != null && !ofA.equals(ofB)) {
      groups.replaceAll((_, of) -> of.equals(ofB) ? ofA : of);
    }
  }

  /**
   * Near-identical texts share the smallest hashes of their shingles in one of the bands (Broder
   * 1997): of two texts with four of five shingles in common 97 % are found, of two with three of
   * ten 13 %, and it takes {@value #SAME_WORDS} accounts.
   */
  void comment(String user, String text) {
    String[] words =
        text == null
            ? new String[0]
            : text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip().split(" ");
    if (words.length < FEW_WORDS) {
      return;
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
      if (users.size() < SAYS_OF_AN_ITEM) {
        users.add(user);
      }
      if (users.size() >= SAME_WORDS) {
        users.forEach(other -> merge(user, other));
      }
    }
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
    items.values().forEach(said -> said.removeIf(say -> say.user().equals(user)));
    pairs.keySet().removeIf(pair -> pair.startsWith(user + "/") || pair.endsWith("/" + user));
    groups.remove(user);
    texts.values().forEach(users -> users.remove(user));
  }
}
