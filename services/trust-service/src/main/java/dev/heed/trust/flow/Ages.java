package dev.heed.trust.flow;

import dev.heed.schemas.Topics;
import dev.heed.schemas.events.TrustScore;
import dev.heed.trust.reliability.Retire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Lets old things go, a bounded number at a time. What hangs on an item is let go with it: a rater
 * whose window holds it keeps what it taught, but it is revised no more.
 */
final class Ages {

  private static final String BETWEEN = "\n";

  private final Work work;

  Ages(Work work) {
    this.work = work;
  }

  /**
   * The key of all that was new in one transaction.
   *
   * @param first one of them; keys sort by time
   */
  static String key(long millis, String first) {
    return "%013d/%s".formatted(millis, first);
  }

  /** What was new, as {@code store/key}. */
  static byte[] value(List<String> entries) {
    return String.join(BETWEEN, entries).getBytes(StandardCharsets.UTF_8);
  }

  /** Entries; of before there were values, the key's own. */
  private static List<String> entries(String key, byte[] value) {
    return value.length == 0
        ? List.of(key.substring(key.indexOf('/') + 1))
        : List.of(new String(value, StandardCharsets.UTF_8).split(BETWEEN));
  }

  /**
   * Lets go what is older than its window.
   *
   * @return how many entries were looked at
   */
  int expire() {
    Staged ages = work.store(Store.AGES);
    String until = "%013d".formatted(work.now() - work.config.itemsWindow().toMillis());
    int looked = 0;
    for (var old : ages.before(until, work.config.expireBatch()).entrySet()) {
      if (looked >= work.config.expireBatch()) {
        break;
      }
      ages.delete(old.getKey());
      for (String entry : entries(old.getKey(), old.getValue())) {
        looked++;
        String[] parts = entry.split("/", 2);
        expire(Store.valueOf(parts[0]), parts[1]);
      }
    }
    return looked;
  }

  /** Lets no entry name a person who is erased. */
  void erase(String pseudonym) {
    Staged ages = work.store(Store.AGES);
    ages.under("")
        .forEach(
            (key, value) -> {
              List<String> all = entries(key, value);
              List<String> rest = all.stream().filter(e -> !names(e, pseudonym)).toList();
              if (rest.size() < all.size() || key.contains(pseudonym)) {
                ages.delete(key);
                if (!rest.isEmpty()) {
                  ages.put(key.substring(0, key.indexOf('/') + 1) + rest.getFirst(), value(rest));
                }
              }
            });
    work.eraseAges(entry -> names(entry, pseudonym));
  }

  private static boolean names(String entry, String pseudonym) {
    return entry.contains("/" + pseudonym);
  }

  private void expire(Store store, String key) {
    switch (store) {
      case ITEMS -> item(key);
      case SCORES -> person(key);
      default -> work.store(store).delete(key);
    }
  }

  private void item(String item) {
    for (String user : work.raters(item)) {
      work.memory
          .rater(user)
          .ifPresent(
              rater -> {
                Retire.freeze(rater);
                work.memory.keep(rater);
              });
    }
    Staged byItem = work.store(Store.BY_ITEM);
    byItem.under(item + "/").keySet().forEach(byItem::delete);
    work.memory.flush();
    work.memory.dropItem(item);
  }

  private void person(String pseudonym) {
    byte[] bytes = work.store(Store.SCORES).get(pseudonym);
    if (bytes == null) {
      return;
    }
    long last = work.codec.decode(bytes, TrustScore.class).getAt().toEpochMilli();
    if (Math.min(last, work.now()) > work.now() - work.config.peopleWindow().toMillis()) {
      work.age(Store.SCORES, pseudonym); // looked at again after another window
      return;
    }
    work.memory.dropRater(pseudonym);
    work.store(Store.CIVILITY).delete(pseudonym);
    work.store(Store.SCORES).delete(pseudonym);
    work.tombstone(Topics.TRUST_SCORES.name(), pseudonym, work.now());
  }
}
