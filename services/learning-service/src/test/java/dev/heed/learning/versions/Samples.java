package dev.heed.learning.versions;

import dev.heed.learning.dataset.Dataset;
import dev.heed.learning.dataset.Row;
import dev.heed.learning.dataset.Tombstone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills a log as the intake does. */
public final class Samples implements AutoCloseable {

  private static final long SEGMENT = 64 << 20;
  private static final String HOUR = "2026-11-25T10:00:00Z";

  private final Dataset dataset;

  public Samples(Path dataDir) throws IOException {
    dataset = Dataset.open(dataDir.resolve("dataset"), SEGMENT);
  }

  /** A turn and its reply. */
  public Samples said(String conversation, String person, int number, String turn, String reply) {
    String id = conversation + "-" + number;
    dataset.add(
        new Row.Turn(
            "turn:t_" + id, conversation, person, "t_" + id, "r_" + id, List.of(), turn, HOUR));
    dataset.add(
        new Row.Reply(
            "reply:r_" + id,
            conversation,
            person,
            "t_" + id,
            "r_" + id,
            "content",
            Optional.of("stop"),
            reply,
            Optional.of(
                new Row.Safety(.01, false, Optional.empty(), "classifier", "policy-1", "clf-1")),
            Optional.of(new Row.Model("smollm2", "0123456789abcdef", Optional.empty())),
            HOUR));
    return this;
  }

  /** A thumb with its belief. */
  public Samples thumb(
      String conversation, String person, int number, boolean up, double right, int revision) {
    return feedback(conversation, person, number, up ? "up" : "down", right, revision, null, false);
  }

  /** Any feedback. */
  public Samples feedback(
      String conversation,
      String person,
      int number,
      String label,
      double right,
      int revision,
      String better,
      boolean retracted) {
    String reply = "r_" + conversation + "-" + number;
    String name = "f_" + reply + person;
    dataset.add(
        new Row.Feedback(
            "feedback:" + name + ":" + revision,
            conversation,
            person,
            reply,
            name,
            revision,
            "thumbs",
            Optional.of(label),
            label.equals("down") ? List.of("RUDE") : List.of(),
            Optional.ofNullable(better),
            right,
            2 * right - 1,
            .9,
            .05,
            1,
            Map.of(),
            retracted,
            Optional.empty(),
            Optional.empty(),
            HOUR));
    return this;
  }

  public Samples bury(String subject) {
    dataset.add(new Tombstone(subject, dataset.nextRow(), true, Tombstone.Reason.ERASED, HOUR));
    return this;
  }

  public void commit() throws IOException {
    dataset.commit(Map.of());
  }

  /** Rated small talk of many people: replies that start with "Good" are good. */
  public Samples talk(int conversations) {
    String[] topics = {"tea", "owls", "rain", "chess", "bread", "trains", "the moon", "salt"};
    for (int i = 0; i < conversations; i++) {
      String c = "c_" + i;
      String p = "p_" + i;
      String topic = topics[i % topics.length];
      boolean good = i % 2 == 0;
      String reply =
          good
              ? "Happy to explain " + topic + " step by step, number " + i + "."
              : "Shut up!!! You stupid " + i + "!";
      said(c, p, 0, "Tell me about " + topic + ", please, " + i, reply);
      thumb(c, p, 0, good, .9, 0);
    }
    return this;
  }

  @Override
  public void close() throws IOException {
    dataset.close();
  }
}
