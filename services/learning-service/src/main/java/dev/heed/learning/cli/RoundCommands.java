package dev.heed.learning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heed learn run|status|release|rollback|lineage}: what operators do with rounds. */
final class RoundCommands {

  private static final String API = "/v1/learning";
  private static final Set<String> RESTING = Set.of("held", "kept", "released", "failed");

  private RoundCommands() {}

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void print(Stack stack, JsonNode node, String text) throws IOException {
    System.out.println(stack.json() ? Versions.JSON.writeValueAsString(node) : text);
  }

  private static String words(JsonNode round) {
    StringBuilder out = new StringBuilder();
    JsonNode state = round.path("state");
    out.append(
        "round %d  %-8s %-8s"
            .formatted(
                round.path("number").asInt(),
                round.path("kind").asText(),
                state.path("state").asText()));
    if (state.has("dataVersion")) {
      out.append("  data ").append(state.path("dataVersion").asText());
    }
    JsonNode auc = round.path("report").path("measured");
    if (auc.has("auc")) {
      out.append(
          "  AUC %.3f (%.3f to %.3f)"
              .formatted(
                  auc.path("auc").asDouble(),
                  auc.path("auc_low").asDouble(),
                  auc.path("auc_high").asDouble()));
    }
    for (String why : new String[] {"failedGates", "suspicions", "reason"}) {
      if (state.has(why)) {
        out.append("  ").append(state.path(why));
      }
    }
    return out.toString();
  }

  private static String release(JsonNode release) {
    JsonNode steps = release.path("steps");
    return "release %s@%s  %-9s %s"
        .formatted(
            release.path("name").asText(),
            release.path("version").asText(),
            release.path("stage").asText(),
            steps.path(steps.size() - 1).path("why").asText());
  }

  /** Begins a round and, when asked, waits for its end. */
  @Command(
      name = "run",
      description = {
        "Begins a round: freezes a data version, trains, judges, releases or keeps.",
        "Exit code 1: it failed, or a gate did."
      })
  static final class Run implements Callable<Integer> {

    @Mixin private Stack stack;

    @Option(names = "--kind", description = "reward, sft, cringe, dpo or director.")
    private String kind;

    @Option(names = "--wait", description = "Return when the round has ended.")
    private boolean waits;

    @Override
    public Integer call() throws IOException, InterruptedException {
      String query = kind == null ? "" : "?kind=" + escaped(kind);
      JsonNode round = stack.ask("POST", API + "/rounds" + query);
      while (waits && !RESTING.contains(round.path("state").path("state").asText())) {
        TimeUnit.MILLISECONDS.sleep(500);
        round = stack.ask("GET", API + "/rounds/" + round.path("number").asInt());
      }
      print(stack, round, words(round));
      String state = round.path("state").path("state").asText();
      return state.equals("kept") || state.equals("failed") ? 1 : 0;
    }
  }

  /** What there is. */
  @Command(name = "status", description = "Rounds, releases, the trainer's progress.")
  static final class Status implements Callable<Integer> {

    @Mixin private Stack stack;

    @Override
    public Integer call() throws IOException, InterruptedException {
      JsonNode all = stack.ask("GET", API + "/summary");
      StringBuilder text = new StringBuilder();
      all.path("rounds").forEach(round -> text.append(words(round)).append('\n'));
      all.path("releases").forEach(r -> text.append(release(r)).append('\n'));
      JsonNode trainer = all.path("trainer");
      if (trainer.path("of").asInt() > 0) {
        text.append(
            "training %d of %d%n"
                .formatted(trainer.path("step").asInt(), trainer.path("of").asInt()));
      }
      if (text.isEmpty()) {
        text.append("No round yet: ./heed learn run\n");
      }
      print(stack, all, text.toString().stripTrailing());
      return 0;
    }
  }

  /** A person's word for a release. */
  @Command(
      name = "release",
      description = {
        "Takes a release one step on (shadow to canary, canary to all), or releases a round that is",
        "held (--round N; with --reject it is kept instead)."
      })
  static final class ReleaseOn implements Callable<Integer> {

    @Mixin private Stack stack;

    @Parameters(arity = "0..1", paramLabel = "RELEASE", description = "Its id or name@version.")
    private String release;

    @Option(names = "--round", description = "Number of a round that is held.")
    private Integer round;

    @Option(names = "--reject", description = "Keep the round from being released.")
    private boolean reject;

    @Override
    public Integer call() throws IOException, InterruptedException {
      if ((round == null) == (release == null) || release != null && release.isBlank()) {
        System.err.println("heed learn: a release, or --round N");
        return 2;
      }
      if (round != null) {
        String decision = reject ? "/reject" : "/accept";
        JsonNode decided = stack.ask("POST", API + "/rounds/" + round + decision);
        print(stack, decided, words(decided));
      } else {
        JsonNode on = stack.ask("POST", API + "/releases/" + escaped(release) + "/promote");
        print(stack, on, RoundCommands.release(on));
      }
      return 0;
    }
  }

  /** Takes a release back. */
  @Command(
      name = "rollback",
      description = "Takes a release back; without a name the newest one that serves anybody.")
  static final class Rollback implements Callable<Integer> {

    @Mixin private Stack stack;

    @Parameters(arity = "0..1", paramLabel = "RELEASE", description = "Its id or name@version.")
    private String release;

    @Override
    public Integer call() throws IOException, InterruptedException {
      if (release != null && release.isBlank()) {
        System.err.println("heed learn: a release, or none for the newest one");
        return 2;
      }
      String path = release == null ? "/rollback" : "/releases/" + escaped(release) + "/rollback";
      JsonNode gone = stack.ask("POST", API + path);
      print(stack, gone, RoundCommands.release(gone));
      return 0;
    }
  }

  /** Where something comes from and led to. */
  @Command(
      name = "lineage",
      description = {
        "From a reply (its id), a release (id or name@version), a round (number) or a data version",
        "(v000001) to all that it comes from and led to. Always JSON."
      })
  static final class LineageOf implements Callable<Integer> {

    @Mixin private Stack stack;

    @Parameters(paramLabel = "OF", description = "What to look up.")
    private String of;

    @Override
    public Integer call() throws IOException, InterruptedException {
      JsonNode found = stack.ask("GET", API + "/lineage/" + escaped(of));
      var writer = Versions.JSON.writer();
      System.out.println(
          (stack.json() ? writer : writer.withDefaultPrettyPrinter()).writeValueAsString(found));
      return 0;
    }
  }
}
