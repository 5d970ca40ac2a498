package dev.heed.trust.flow;

import dev.heed.schemas.Topics;
import dev.heed.schemas.events.TrustScore;
import dev.heed.trust.reliability.Retire;
import java.util.Map;

/**
 * Lets old things go, a bounded number at a time. What hangs on an item is let go with it: a rater
 * whose window holds it keeps what it taught, but it is revised no more.
 */
final class Ages {

  private final Work work;

  Ages(Work work) {
    this.work = work;
  }

  /** Keys sort by time. */
  static String key(long millis, Store store, String key) {
    return "%013d/%s/%s".formatted(millis, store.name(), key);
  }

  /**
   * Lets go what is older than its window.
   *
   * @return how many entries were looked at
   */
  int expire() {
    Staged ages = work.store(Store.AGES);
    String until = "%013d".formatted(work.now() - work.config.itemsWindow().toMillis());
    Map<String, byte[]> old = ages.before(until, work.config.expireBatch());
    for (String entry : old.keySet()) {
      String[] parts = entry.split("/", 3);
      ages.delete(entry);
      expire(Store.valueOf(parts[1]), parts[2]);
    }
    return old.size();
  }

  private void expire(Store store, String key) {
    switch (store) {
      case ITEMS -> item(key);
      case SCORES -> person(key);
      default -> work.store(store).delete(key);
    }
  }

  private void item(String item) {
    Staged byItem = work.store(Store.BY_ITEM);
    for (String key : byItem.under(item + "/").keySet()) {
      String user = key.substring(item.length() + 1);
      work.memory
          .rater(user)
          .ifPresent(
              rater -> {
                Retire.freeze(rater);
                work.memory.keep(rater);
              });
      byItem.delete(key);
    }
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
