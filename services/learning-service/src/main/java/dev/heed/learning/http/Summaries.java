package dev.heed.learning.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.rollout.BettingTest;
import dev.heed.learning.rollout.CanaryWatch;
import dev.heed.learning.rollout.Release;
import dev.heed.learning.rollout.ReleaseState;
import dev.heed.learning.rollout.Rollouts;
import dev.heed.learning.rollout.Watched;
import dev.heed.learning.rounds.Progress;
import dev.heed.learning.rounds.Round;
import dev.heed.learning.rounds.Rounds;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Versions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Rounds, releases and data versions as operators see them. */
@ApplicationScoped
public class Summaries {

  private final Rounds rounds;
  private final Rollouts rollouts;

  Summaries(Rounds rounds, Rollouts rollouts) {
    this.rounds = rounds;
    this.rollouts = rollouts;
  }

  /** Everything that the page shows. */
  ObjectNode all() throws IOException {
    ObjectNode summary = Versions.JSON.createObjectNode();
    ArrayNode list = summary.putArray("rounds");
    for (Round round : rounds.all()) {
      list.add(round(round));
    }
    ArrayNode releases = summary.putArray("releases");
    for (Release release : rollouts.all()) {
      releases.add(release(release));
    }
    ArrayNode versions = summary.putArray("versions");
    for (DataVersion version : rounds.versions().all()) {
      versions.add(Versions.JSON.valueToTree(version));
    }
    Progress progress = rounds.progress();
    summary
        .putObject("trainer")
        .put("step", progress.step())
        .put("of", progress.of())
        .put("seconds", progress.seconds());
    return summary;
  }

  /** A round with its report. */
  ObjectNode round(Round round) throws IOException {
    ObjectNode node = Versions.JSON.valueToTree(round);
    Optional<JsonNode> report = rounds.book().report(round.number());
    report.ifPresent(found -> node.set("report", found));
    return node;
  }

  /** A release with the evidence of its canary. */
  ObjectNode release(Release release) throws IOException {
    ObjectNode node = Versions.JSON.valueToTree(release);
    node.put("stage", stage(release));
    Optional<CanaryWatch> watch = rollouts.watch(release);
    if (watch.isPresent()) {
      ObjectNode evidence = node.putObject("canary");
      for (Map.Entry<Watched, BettingTest> entry : watch.get().tests().entrySet()) {
        BettingTest test = entry.getValue();
        ObjectNode of = evidence.putObject(entry.getKey().label());
        of.put("canary_people", test.canaryCount()).put("other_people", test.controlCount());
        number(of, "canary_mean", test.canaryMean());
        number(of, "other_mean", test.controlMean());
        of.put("harm", test.harm()).put("fine", test.fine());
      }
    }
    return node;
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isNaN(value)) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }

  private static String stage(Release release) {
    return switch (release.state()) {
      case ReleaseState.Shadow _ -> "shadow";
      case ReleaseState.Canary _ -> "canary";
      case ReleaseState.Live _ -> "live";
      case ReleaseState.Withdrawn _ -> "withdrawn";
    };
  }
}
