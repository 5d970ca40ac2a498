package dev.heed.learning.dataset;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What must be known of the data set to go on: the last rows' ids and the withdrawn consents. */
final class Known {

  /** Repeats of a chat event come within moments of it; this reaches far behind that. */
  private static final int IDS = 50_000;

  private final Set<String> ids =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > IDS;
            }
          });
  private final Set<String> withdrawn = new HashSet<>();
  private final Map<String, String> erased = new HashMap<>();

  private Known() {}

  static Known of(DatasetReader reader) throws IOException {
    Known known = new Known();
    reader.newest(IDS, row -> known.add(row.path("id").asText()));
    reader.tombstones(
        line ->
            known.change(
                line.path("subject").asText(),
                line.path("withdrawn").asBoolean(),
                line.path("at").asText()));
    return known;
  }

  void add(String id) {
    ids.add(id);
  }

  void add(Tombstone tombstone) {
    change(tombstone.subject(), tombstone.withdrawn(), tombstone.at());
  }

  private void change(String subject, boolean isWithdrawn, String hour) {
    if (subject.startsWith("p_")) {
      erased.put(subject, hour);
    } else if (isWithdrawn) {
      withdrawn.add(subject);
    } else {
      withdrawn.remove(subject);
    }
  }

  boolean holds(String id) {
    return ids.contains(id);
  }

  boolean withdrawn(String subject) {
    return withdrawn.contains(subject);
  }

  /** True for what a person did before they asked to be forgotten, and until that hour ends. */
  boolean erased(String person, String hour) {
    return hour.compareTo(erased.getOrDefault(person, "")) <= 0;
  }
}
