package dev.heed.inference.serving;

import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Replies that were cancelled of late: a cancellation may be read before its prompt. Bounded; the
 * oldest is forgotten first.
 */
@Singleton
public class Cancellations {

  private static final int MOST = 10_000;

  private final Map<String, Boolean> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST;
        }
      };

  synchronized void add(String replyId) {
    recent.put(replyId, true);
  }

  synchronized boolean contains(String replyId) {
    return recent.containsKey(replyId);
  }
}
