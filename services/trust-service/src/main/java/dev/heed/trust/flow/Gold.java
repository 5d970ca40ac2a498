package dev.heed.trust.flow;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What reviewers said of items, in log-odds of bad; every reviewer counts alike. */
final class Gold {

  /**
   * What one reviewer's word is worth: right in 97 of 100 cases, as the page's blind re-asks say.
   */
  static final double WORD = Math.log(.97 / .03);

  private static final double LIMIT = 6;
  private static final byte[] NONE = {};

  private final Work work;

  Gold(Work work) {
    this.work = work;
    byPair();
  }

  /** Before, each review was an entry of its own, under {@code item/review}. */
  private void byPair() {
    Staged gold = work.store(Store.GOLD);
    gold.under("")
        .forEach(
            (key, value) -> {
              int slash = key.lastIndexOf('/');
              if (slash >= 0) {
                gold.delete(key);
                add(
                    key.substring(0, slash),
                    key.substring(slash + 1),
                    ByteBuffer.wrap(value).getDouble());
              }
            });
  }

  /** Replaces what one review said; 0 takes it back. */
  void add(String item, String review, double logOdds) {
    byte[] known = work.store(Store.GOLD).get(item);
    if (known == null) {
      work.age(Store.GOLD, item);
    }
    Map<String, Double> words = words(known);
    words.put(review, Double.isFinite(logOdds) ? Math.clamp(logOdds, -WORD, WORD) : 0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Map.Entry<String, Double> word : words.entrySet()) {
        out.writeUTF(word.getKey());
        out.writeDouble(word.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into an array
    }
    work.store(Store.GOLD).put(item, bytes.toByteArray());
  }

  private static Map<String, Double> words(byte[] bytes) {
    Map<String, Double> words = new LinkedHashMap<>();
    ByteBuffer in = ByteBuffer.wrap(bytes == null ? NONE : bytes);
    while (in.hasRemaining()) {
      byte[] review = new byte[in.getShort() & 0xffff];
      in.get(review);
      words.put(new String(review, StandardCharsets.UTF_8), in.getDouble());
    }
    return words;
  }

  /** All reviewers together; 0: none, or as many say the one as the other. */
  double logOdds(String item) {
    byte[] known = work.store(Store.GOLD).get(item);
    if (known == null) {
      return 0;
    }
    double sum = words(known).values().stream().mapToDouble(Double::doubleValue).sum();
    return Math.clamp(sum, -LIMIT, LIMIT);
  }
}
