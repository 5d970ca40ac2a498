package dev.heed.learning.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.learning.rollout.Release;
import dev.heed.learning.rollout.Rollouts;
import dev.heed.learning.rounds.Round;
import dev.heed.learning.rounds.Rounds;
import dev.heed.learning.versions.Affected;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Versions;
import dev.heed.schemas.Uuid7;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * From a reply by the adapter that wrote it to the release, its round, and the data version that
 * the round learnt from; and from a data version to the rounds, releases and replies that came of
 * it.
 */
@ApplicationScoped
public class Lineage {

  private final Path log;
  private final DatasetIds ids;
  private final Rounds rounds;
  private final Rollouts rollouts;
  private final Summaries summaries;

  Lineage(
      LearningConfig config,
      DatasetIds ids,
      Rounds rounds,
      Rollouts rollouts,
      Summaries summaries) {
    this.log = config.dataDir().resolve("dataset");
    this.ids = ids;
    this.rounds = rounds;
    this.rollouts = rollouts;
    this.summaries = summaries;
  }

  /**
   * The lineage of something.
   *
   * @param of a reply's id, a release's id or name@version, a round's number, or a data version
   */
  Optional<JsonNode> of(String of) throws IOException {
    if (of.matches("v\\d{6}")) {
      return rounds.versions().find(of).isPresent() ? Optional.of(ofData(of)) : Optional.empty();
    }
    if (of.matches("\\d{1,9}")) {
      Optional<Round> round = rounds.book().find(Integer.parseInt(of));
      return round.isPresent() ? Optional.of(ofRound(round.get())) : Optional.empty();
    }
    Optional<Release> release = rollouts.find(of);
    if (release.isPresent()) {
      return Optional.of(ofRelease(release.get()));
    }
    return Uuid7.isValid(of) ? ofReply(of) : Optional.empty();
  }

  private Optional<JsonNode> ofReply(String replyId) throws IOException {
    String name = ids.reply(replyId);
    AtomicReference<JsonNode> found = new AtomicReference<>();
    DatasetReader.of(log)
        .usableRows(
            row -> {
              boolean reply = row.path("type").asText().equals("reply");
              if (reply && row.path("reply").asText().equals(name)) {
                found.set(row);
              }
            });
    if (found.get() == null) {
      return Optional.empty(); // not shared, or erased
    }
    ObjectNode node = Versions.JSON.createObjectNode().put("reply", name);
    JsonNode model = found.get().path("model");
    node.set("model", model);
    node.put("at", found.get().path("at").asText());
    String adapter = model.path("adapter").asText("");
    Optional<Release> release = adapter.isEmpty() ? Optional.empty() : rollouts.find(adapter);
    if (release.isPresent()) {
      node.set("release", ofRelease(release.get()));
    }
    ArrayNode versions = node.putArray("in_data_versions");
    for (DataVersion version : rounds.versions().all()) {
      rounds
          .versions()
          .rows(
              version,
              row -> {
                if (row.replyName().equals(name)) {
                  versions.add(version.version());
                }
              });
    }
    return Optional.of(node);
  }

  private ObjectNode ofRelease(Release release) throws IOException {
    ObjectNode node = Versions.JSON.createObjectNode();
    node.set("release", summaries.release(release));
    Optional<Round> round = rounds.book().find(release.round());
    if (round.isPresent()) {
      node.set("round", summaries.round(round.get()));
    }
    data(node, release.dataVersion());
    return node;
  }

  private ObjectNode ofRound(Round round) throws IOException {
    ObjectNode node = Versions.JSON.createObjectNode();
    node.set("round", summaries.round(round));
    Optional<String> release = Rounds.releaseOf(round);
    if (release.isPresent()) {
      node.set("release", summaries.release(rollouts.find(release.get()).orElseThrow()));
    }
    Optional<String> version = Rounds.dataOf(round);
    if (version.isPresent()) {
      data(node, version.get());
    }
    return node;
  }

  private void data(ObjectNode node, String version) throws IOException {
    Optional<DataVersion> data = rounds.versions().find(version);
    if (data.isPresent()) {
      node.set("data", Versions.JSON.valueToTree(data.get()));
      node.set(
          "withdrawn_since",
          Versions.JSON.valueToTree(new Affected(log, rounds.versions()).of(data.get())));
    }
  }

  private ObjectNode ofData(String version) throws IOException {
    ObjectNode node = Versions.JSON.createObjectNode();
    data(node, version);
    ArrayNode of = node.putArray("rounds");
    for (Round round : rounds.all()) {
      if (Rounds.dataOf(round).equals(Optional.of(version))) {
        of.add(summaries.round(round));
      }
    }
    ArrayNode releases = node.putArray("releases");
    List<Release> all =
        rollouts.all().stream().filter(r -> r.dataVersion().equals(version)).toList();
    for (Release release : all) {
      ObjectNode one = summaries.release(release);
      one.put("shared_replies", replies(release));
      releases.add(one);
    }
    return node;
  }

  /** Shared replies that a release wrote. */
  private long replies(Release release) throws IOException {
    long[] count = {0};
    DatasetReader.of(log)
        .usableRows(
            row -> {
              boolean reply = row.path("type").asText().equals("reply");
              String adapter = row.path("model").path("adapter").asText();
              count[0] += reply && adapter.equals(release.fullName()) ? 1 : 0;
            });
    return count[0];
  }
}
