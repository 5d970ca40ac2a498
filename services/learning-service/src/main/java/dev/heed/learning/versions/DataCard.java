package dev.heed.learning.versions;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The card of a data version: what it is, what is in it, what it must not be taken for. */
final class DataCard {

  private static final String TEXT =
      """
      # Data version %s

      Rated replies of people who agreed to share the conversation. Frozen in the hour %s from commit %d of the log
      (%d rows, %d tombstones); the version before: %s. The folder never changes; `manifest.json` has the hashes.

      ## What is in it

      %s

      Sum of |weight| by split: %s

      A row is one reply with the conversation before it, the label of one person, the probability that the label is right (`p_right`), the
      person's axes (reliability, civility), the safety verdict with the versions of policy and classifier, and the model and adapter that
      wrote the reply. Of each statement the last belief holds; what was retracted, erased, or whose consent was withdrawn is not here.
      Split by conversation: 80 %% train, 10 %% dev, 10 %% test, by the hash of its name, the same in every version.

      ## De-identification

      Names of people, conversations and replies are HMACs under a key that belongs to this data set alone; times are hours. E-mail
      addresses, IBANs, payment cards, IP addresses and phone numbers are replaced by their kind in brackets. Names and places in free text
      are **not** found. Who hands the rows on uses `heed data export`, which makes hours and versions coarser until each combination
      belongs to at least k people.

      ## Limits

      Labels are opinions of those who cared to rate: about one reply in twenty. `p_right` is a model's belief. Learn from `p_right`, never
      from the raw label. Rows may be rude, wrong or harmful: they are what was said.
      """;

  private DataCard() {}

  static byte[] of(DataVersion version) {
    var source = version.source();
    String card =
        TEXT.formatted(
            version.version(),
            version.at(),
            source.commits(),
            source.rows(),
            source.tombstones(),
            version.previous().orElse("none"),
            table(version.counts()),
            version.mass().entrySet().stream()
                .map(e -> e.getKey() + " " + String.format(Locale.ROOT, "%.1f", e.getValue()))
                .collect(Collectors.joining(", ")));
    return card.getBytes(StandardCharsets.UTF_8);
  }

  private static String table(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> "| " + entry.getKey().replace('_', ' ') + " | " + entry.getValue() + " |")
        .collect(Collectors.joining("\n", "| what | number |\n|---|---|\n", ""));
  }
}
